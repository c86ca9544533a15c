package io.waggle.script; final class Placeholder {}
