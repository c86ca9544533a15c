package io.waggle.symbols; final class Placeholder {}
