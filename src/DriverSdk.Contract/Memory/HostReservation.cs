using System.Runtime.InteropServices;

namespace DriverSdk.Contract.Memory;

/// <summary>A run of host address space whose pages the host commits on first touch.</summary>
internal abstract unsafe class HostReservation : SafeHandle
{
    /// <summary>Starts empty; the derived type sets the handle.</summary>
    protected HostReservation()
        : base(invalidHandleValue: 0, ownsHandle: true)
    {
    }

    /// <summary>The first byte.</summary>
    public byte* Base => (byte*)handle;

    /// <inheritdoc/>
    public override bool IsInvalid => handle is 0 or -1;

    /// <summary>Reserves <paramref name="lengthBytes"/> bytes the way this host can do it without committing them.</summary>
    public static HostReservation Reserve(ulong lengthBytes)
    {
        HostReservation reservation = OperatingSystem.IsWindows()
            ? new SparseFileReservation(lengthBytes)
            : new AnonymousReservation(lengthBytes);
        return reservation;
    }

    private protected static InsufficientMemoryException Refused(ulong lengthBytes, string why) =>
        new($"The host refused to reserve {lengthBytes} bytes of address space for RAM ({why}); build the machine with less RAM or raise the process's address-space limit.");
}
