package io.waggle.cli; final class Placeholder {}
