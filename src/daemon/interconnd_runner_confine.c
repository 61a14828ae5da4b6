
/*
 * What a component of others may not do, whatever its user may: no socket
 * but of this host's unix domain, no look into other processes, no change of
 * namespaces, mounts, keys or kernel. The filter of system calls holds for
 * everything that it starts, too.
 */


#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "interconnd_runner.h"


#if defined(__x86_64__)
#define CONFINE_ARCH  AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define CONFINE_ARCH  AUDIT_ARCH_AARCH64
#else
#error "a filter of system calls is not written for this processor"
#endif

#define CONFINE_X32   0x40000000         /* another numbering of x86-64 */

#define CONFINE_SPACES                                                        \
    (CLONE_NEWUSER|CLONE_NEWNS|CLONE_NEWNET|CLONE_NEWPID|CLONE_NEWIPC         \
     |CLONE_NEWUTS|CLONE_NEWCGROUP)

#define confine_field(name)                                                   \
    BPF_STMT(BPF_LD|BPF_W|BPF_ABS, offsetof(struct seccomp_data, name))

#define confine_return(value)  BPF_STMT(BPF_RET|BPF_K, (value))
#define confine_error(error)   confine_return(SECCOMP_RET_ERRNO|(error))

/* a call that fails in any case */
#define confine_deny(call, error)                                             \
    BPF_JUMP(BPF_JMP|BPF_JEQ|BPF_K, __NR_##call, 0, 1), confine_error(error)


static const struct sock_filter  confine_filter[] = {

    confine_field(arch),
    BPF_JUMP(BPF_JMP|BPF_JEQ|BPF_K, CONFINE_ARCH, 1, 0),
    confine_return(SECCOMP_RET_KILL_PROCESS),

    confine_field(nr),
    BPF_JUMP(BPF_JMP|BPF_JGE|BPF_K, CONFINE_X32, 0, 1),
    confine_error(ENOSYS),

    /* other processes */
    confine_deny(ptrace, EPERM),
    confine_deny(process_vm_readv, EPERM),
    confine_deny(process_vm_writev, EPERM),
    confine_deny(process_madvise, EPERM),
    confine_deny(pidfd_getfd, EPERM),
    confine_deny(kcmp, EPERM),

    /* namespaces and mounts; clone3's flags are in memory, clone's are not */
    confine_deny(unshare, EPERM),
    confine_deny(setns, EPERM),
    confine_deny(clone3, ENOSYS),
    confine_deny(mount, EPERM),
    confine_deny(umount2, EPERM),
    confine_deny(pivot_root, EPERM),
    confine_deny(chroot, EPERM),
    confine_deny(open_tree, EPERM),
    confine_deny(move_mount, EPERM),
    confine_deny(fsopen, EPERM),
    confine_deny(fsmount, EPERM),
    confine_deny(mount_setattr, EPERM),
    confine_deny(open_by_handle_at, EPERM),

    /* keys and the kernel; a ring makes sockets without socket() */
    confine_deny(keyctl, EPERM),
    confine_deny(add_key, EPERM),
    confine_deny(request_key, EPERM),
    confine_deny(bpf, EPERM),
    confine_deny(perf_event_open, EPERM),
    confine_deny(userfaultfd, EPERM),
    confine_deny(io_uring_setup, EPERM),
    confine_deny(init_module, EPERM),
    confine_deny(finit_module, EPERM),
    confine_deny(kexec_load, EPERM),
    confine_deny(reboot, EPERM),
    confine_deny(swapon, EPERM),

    BPF_JUMP(BPF_JMP|BPF_JEQ|BPF_K, __NR_clone, 0, 3),
    confine_field(args[0]),
    BPF_JUMP(BPF_JMP|BPF_JSET|BPF_K, CONFINE_SPACES, 3, 0),
    confine_return(SECCOMP_RET_ALLOW),

    BPF_JUMP(BPF_JMP|BPF_JEQ|BPF_K, __NR_socket, 2, 0),
    confine_return(SECCOMP_RET_ALLOW),
    confine_error(EPERM),

    confine_field(args[0]),
    BPF_JUMP(BPF_JMP|BPF_JEQ|BPF_K, AF_UNIX, 0, 1),
    confine_return(SECCOMP_RET_ALLOW),
    confine_error(EACCES)
};


int
interconnd_child_confine(void)
{
    struct sock_fprog  program;

    program.len = sizeof(confine_filter) / sizeof(confine_filter[0]);
    program.filter = (struct sock_filter *) confine_filter;

    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
        return -1;
    }

    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}
