package io.waggle.bpf; final class Placeholder {}
