package io.waggle.formats; final class Placeholder {}
