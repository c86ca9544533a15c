package io.waggle.compiler; final class Placeholder {}
