/* Byte order of the network and of the machine that the program runs on. */
#ifndef __BPF_ENDIAN__
#define __BPF_ENDIAN__

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define WAGGLE_BIG16(x) __builtin_bswap16(x)
#define WAGGLE_BIG32(x) __builtin_bswap32(x)
#define WAGGLE_BIG64(x) __builtin_bswap64(x)
#define WAGGLE_LITTLE16(x) (x)
#define WAGGLE_LITTLE32(x) (x)
#define WAGGLE_LITTLE64(x) (x)
#else
#define WAGGLE_BIG16(x) (x)
#define WAGGLE_BIG32(x) (x)
#define WAGGLE_BIG64(x) (x)
#define WAGGLE_LITTLE16(x) __builtin_bswap16(x)
#define WAGGLE_LITTLE32(x) __builtin_bswap32(x)
#define WAGGLE_LITTLE64(x) __builtin_bswap64(x)
#endif

#define bpf_htons(x) WAGGLE_BIG16(x)
#define bpf_ntohs(x) WAGGLE_BIG16(x)
#define bpf_htonl(x) WAGGLE_BIG32(x)
#define bpf_ntohl(x) WAGGLE_BIG32(x)
#define bpf_cpu_to_be64(x) WAGGLE_BIG64(x)
#define bpf_be64_to_cpu(x) WAGGLE_BIG64(x)
#define bpf_cpu_to_le16(x) WAGGLE_LITTLE16(x)
#define bpf_le16_to_cpu(x) WAGGLE_LITTLE16(x)
#define bpf_cpu_to_le32(x) WAGGLE_LITTLE32(x)
#define bpf_le32_to_cpu(x) WAGGLE_LITTLE32(x)
#define bpf_cpu_to_le64(x) WAGGLE_LITTLE64(x)
#define bpf_le64_to_cpu(x) WAGGLE_LITTLE64(x)

#endif
