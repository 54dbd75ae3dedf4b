using DriverSdk.Kernel.Annotations;

namespace DriverSdk.Kernel;

/// <summary>A Linux error number: zero is success, and the value of a failure is positive here and printed with its name.</summary>
/// <remarks>The default value is <see cref="Success"/>. Numbers follow Linux's uapi/asm-generic/errno-base.h and errno.h.</remarks>
/// <param name="Number">0 for success, otherwise the errno, 1 to 133.</param>
[AnyContext]
public readonly record struct Errno(int Number)
{
    /// <summary>No error.</summary>
    public static Errno Success => default;

    /// <summary>EPERM: somebody else has it.</summary>
    public static Errno NotPermitted => new(1);

    /// <summary>EIO: the device failed.</summary>
    public static Errno InputOutput => new(5);

    /// <summary>ENXIO: no such device or address.</summary>
    public static Errno NoSuchDeviceOrAddress => new(6);

    /// <summary>EAGAIN: try again.</summary>
    public static Errno TryAgain => new(11);

    /// <summary>ENOMEM: out of memory.</summary>
    public static Errno NoMemory => new(12);

    /// <summary>EBUSY: the resource is in use.</summary>
    public static Errno Busy => new(16);

    /// <summary>EEXIST: it exists already.</summary>
    public static Errno Exists => new(17);

    /// <summary>ENODEV: no such device.</summary>
    public static Errno NoDevice => new(19);

    /// <summary>EINVAL: an argument is not valid.</summary>
    public static Errno Invalid => new(22);

    /// <summary>ENOSPC: no space left.</summary>
    public static Errno NoSpace => new(28);

    /// <summary>EOPNOTSUPP: the hardware cannot.</summary>
    public static Errno NotSupported => new(95);

    /// <summary>EADDRINUSE: the address is mapped already.</summary>
    public static Errno AddressInUse => new(98);

    /// <summary>ETIMEDOUT: the device did not answer in time.</summary>
    public static Errno TimedOut => new(110);

    /// <summary>EREMOTEIO: the far side failed.</summary>
    public static Errno RemoteInputOutput => new(121);

    /// <summary>Whether it is an error.</summary>
    public bool IsError => Number != 0;

    /// <summary>Linux's name, such as <c>ENOMEM</c>, or <c>success</c>.</summary>
    public override string ToString() => Number switch
    {
        0 => "success",
        1 => "EPERM",
        5 => "EIO",
        6 => "ENXIO",
        11 => "EAGAIN",
        12 => "ENOMEM",
        16 => "EBUSY",
        17 => "EEXIST",
        19 => "ENODEV",
        22 => "EINVAL",
        28 => "ENOSPC",
        95 => "EOPNOTSUPP",
        98 => "EADDRINUSE",
        110 => "ETIMEDOUT",
        121 => "EREMOTEIO",
        _ => $"errno {Number}",
    };
}
