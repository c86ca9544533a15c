package io.waggle.linux; final class Placeholder {}
