package io.waggle.bpf.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RegisterStateTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "5 | the number 5",
        "P-3 | the number -3",
        "invP7 | the number 7",
        "0xffffffffffffffff | the number -1",
        "inv(id=0) | a number that may have any value",
        "scalar() | a number that may have any value",
        "inv(id=0,umax_value=255,var_off=(0x0; 0xff)) | a number from 0 to 255",
        "scalar(smin=0,smax=umax=0xffffffff,var_off=(0x0; 0xffffffff)) | a number from 0 to"
            + " 4294967295",
        "scalar(id=2,smin=-10,smax=60) | a number from -10 to 60",
        "scalar(smax=9) | a number of at most 9, maybe negative",
        "fp0 | a pointer to the stack",
        "fp-16 | a pointer to the stack at -16",
        "fp(off=-8,smin=smin32=0,smax=umax=1023,var_off=(0x0; 0x3ff)) | a pointer to the stack from"
            + " 0 to 1023",
        "ctx(id=0,off=8,imm=0) | the program's context at offset 8",
        "ctx() | the program's context",
        "map_ptr(map=hits,ks=4,vs=8) | map 'hits'",
        "map_value_or_null(id=1,off=0,ks=4,vs=8,imm=0) | a pointer to a value of a map (8 bytes)"
            + " that may be NULL",
        "map_value(map=text,ks=4,vs=64,smin=-10,smax=60) | a pointer to a value of map 'text' (64"
            + " bytes) at an offset from -10 to 60",
        "pkt(id=0,off=14,r=34,imm=0) | a pointer into the packet of which 34 bytes are known to be"
            + " there at offset 14",
        "pkt_end() | the end of the packet",
        "ringbuf_mem(ref_obj_id=2,sz=8) | a ring buffer pointer to memory (8 bytes)",
        "rdonly_mem_or_null(id=3,sz=16) | a read-only pointer to memory (16 bytes) that may be"
            + " NULL",
        "ptr_task_struct(off=0,imm=0) | a pointer to the kernel's struct task_struct",
        "untrusted_ptr_file() | an untrusted pointer to the kernel's struct file",
        "trusted_ptr_or_null_task_struct(id=1) | a trusted pointer to the kernel's struct"
            + " task_struct that may be NULL",
        "rcu_ptr_cgroup() | an RCU-protected pointer to the kernel's struct cgroup",
        "dynptr_ringbuf(ref_id=1) | a dynptr (ringbuf)",
        "iter_num(ref_id=1,state=active,depth=0) | an iterator (num)",
        "mmmm???? | bytes not all written yet",
        "mmmmmmmm | bytes of any value",
        "sock_common_or_null() | a pointer to the common part of a socket that may be NULL"
      })
  void isSaidInWords(String state, String words) {
    assertThat(RegisterState.parse(state).words()).isEqualTo(words);
  }
}
