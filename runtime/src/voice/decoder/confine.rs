//! What a decoder may still do once it has begun: compute, within some memory, and talk to its host.

use std::io;
use std::os::fd::BorrowedFd;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Memory that it may take, in bytes. A song needs a few MiB, and its pictures some more.
const MEMORY: u64 = 64 << 20;
/// Everything that is mapped, the program itself among it.
const MAPPED: u64 = 512 << 20;

/// Gives up everything else than its line to the host, for good.
#[cfg_attr(not(target_os = "linux"), allow(unused_variables))]
pub(super) fn confine(line: BorrowedFd<'_>) -> io::Result<()> {
    // It ends with the thread that started it, however that ends.
    #[cfg(target_os = "linux")]
    rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL))?;
    for (what, most) in [
        (Resource::Data, MEMORY),
        (Resource::As, MAPPED),
        (Resource::Core, 0),
        (Resource::Fsize, 0),
        (Resource::Nofile, 0),
        (Resource::Nproc, 0),
    ] {
        // What is less already can't be raised.
        let least = getrlimit(what).maximum.map_or(most, |now| now.min(most));
        let limit = Rlimit {
            current: Some(least),
            maximum: Some(least),
        };
        setrlimit(what, limit)?;
    }
    #[cfg(all(
        target_os = "linux",
        any(
            target_arch = "x86_64",
            target_arch = "aarch64",
            target_arch = "riscv64"
        )
    ))]
    calls::confine(line)?;
    Ok(())
}

/// The calls into the kernel.
#[cfg(all(
    target_os = "linux",
    any(
        target_arch = "x86_64",
        target_arch = "aarch64",
        target_arch = "riscv64"
    )
))]
mod calls {
    use std::io;
    use std::os::fd::{AsRawFd, BorrowedFd};

    use seccompiler::{
        BackendError, BpfProgram, Error, SeccompAction, SeccompCmpArgLen, SeccompCmpOp,
        SeccompCondition, SeccompFilter, SeccompRule, apply_filter,
    };

    /// Those that memory, panics and the end need.
    const ANY: &[i64] = &[
        libc::SYS_close,
        libc::SYS_brk,
        libc::SYS_munmap,
        libc::SYS_mremap,
        libc::SYS_madvise,
        libc::SYS_futex,
        libc::SYS_getrandom,
        libc::SYS_clock_gettime,
        libc::SYS_getpid,
        libc::SYS_gettid,
        libc::SYS_sigaltstack,
        libc::SYS_rt_sigaction,
        libc::SYS_rt_sigprocmask,
        libc::SYS_rt_sigreturn,
        libc::SYS_restart_syscall,
        libc::SYS_exit,
        libc::SYS_exit_group,
    ];

    /// Ends the process at every other call. Where the kernel has no filters, there is none.
    pub(super) fn confine(line: BorrowedFd<'_>) -> io::Result<()> {
        let filter = filter(line).map_err(io::Error::other)?;
        match apply_filter(&filter) {
            Err(Error::Prctl(why) | Error::Seccomp(why))
                if matches!(why.raw_os_error(), Some(libc::EINVAL | libc::ENOSYS)) =>
            {
                Ok(())
            }
            applied => applied.map_err(io::Error::other),
        }
    }

    fn filter(line: BorrowedFd<'_>) -> Result<BpfProgram, BackendError> {
        let own = u64::from(std::process::id());
        let to_itself = || only(0, SeccompCmpOp::Eq, own);
        // No code comes into being.
        let code = libc::PROT_EXEC as u64;
        let no_code = || only(2, SeccompCmpOp::MaskedEq(code), 0);
        // Whoever started the bot may have left it more that is open.
        let on = |number: i32| only(0, SeccompCmpOp::Eq, number as u64);
        let line = line.as_raw_fd();
        let some = [
            (libc::SYS_read, on(line)?),
            (
                libc::SYS_write,
                [on(line)?, on(libc::STDERR_FILENO)?].concat(),
            ),
            (libc::SYS_tgkill, to_itself()?),
            (libc::SYS_tkill, to_itself()?),
            (libc::SYS_mmap, no_code()?),
            (libc::SYS_mprotect, no_code()?),
        ];
        let any = ANY.iter().map(|call| (*call, Vec::new()));
        let filter = SeccompFilter::new(
            any.chain(some).collect(),
            SeccompAction::KillProcess,
            SeccompAction::Allow,
            std::env::consts::ARCH.try_into()?,
        )?;
        filter.try_into()
    }

    /// A call with one argument that is so.
    fn only(argument: u8, is: SeccompCmpOp, value: u64) -> Result<Vec<SeccompRule>, BackendError> {
        let so = SeccompCondition::new(argument, SeccompCmpArgLen::Dword, is, value)?;
        Ok(vec![SeccompRule::new(vec![so])?])
    }
}
