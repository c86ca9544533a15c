package io.waggle.kernel; final class Placeholder {}
