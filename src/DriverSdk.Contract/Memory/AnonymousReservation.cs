using System.Runtime.InteropServices;

namespace DriverSdk.Contract.Memory;

/// <summary>An anonymous mapping without reserve: Linux and macOS commit a page when it is first written.</summary>
/// <remarks>
/// Private where the host allows it, since its first touch is cheaper; shared otherwise: RLIMIT_DATA counts a private mapping's whole length and a shared one's
/// not at all. Either way memory is taken page by page. Decision 0003 has the numbers.
/// </remarks>
internal sealed partial class AnonymousReservation : HostReservation
{
    private const int ReadWrite = 0x1 | 0x2;
    private const int Shared = 0x01;
    private const int Private = 0x02;
    private const int LinuxAnonymousNoReserve = 0x20 | 0x4000;
    private const int MacAnonymousNoReserve = 0x1000 | 0x40;

    private readonly nuint _lengthBytes;

    public AnonymousReservation(ulong lengthBytes)
    {
        _lengthBytes = checked((nuint)lengthBytes);
        var flags = OperatingSystem.IsMacOS() ? MacAnonymousNoReserve : LinuxAnonymousNoReserve;
        SetHandle(MemoryMap(0, _lengthBytes, ReadWrite, flags | Private, -1, 0));
        if (IsInvalid)
            SetHandle(MemoryMap(0, _lengthBytes, ReadWrite, flags | Shared, -1, 0));
        if (IsInvalid)
            throw Refused(lengthBytes, Marshal.GetLastPInvokeErrorMessage());
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => MemoryUnmap(handle, _lengthBytes) == 0;

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial nint MemoryMap(nint address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    private static partial int MemoryUnmap(nint address, nuint length);
}
