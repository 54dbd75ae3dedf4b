using System.ComponentModel;
using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace DriverSdk.Contract.Memory;

/// <summary>A mapped sparse temporary file: Windows commits anonymous memory at once, but allocates a sparse file only where it is written.</summary>
/// <remarks>Not proven by this repository's CI, which runs on Linux.</remarks>
internal sealed unsafe partial class SparseFileReservation : HostReservation
{
    private const uint FsctlSetSparse = 0x000900C4;

    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;

    public SparseFileReservation(ulong lengthBytes)
    {
        var path = Path.Combine(Path.GetTempPath(), $"driversdk-ram-{Guid.NewGuid():n}");
        var stream = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose);
        if (!DeviceIoControl(stream.SafeFileHandle, FsctlSetSparse, 0, 0, 0, 0, out _, 0))
        {
            stream.Dispose();
            throw Refused(lengthBytes, new Win32Exception(Marshal.GetLastPInvokeError()).Message);
        }

        _file = MemoryMappedFile.CreateFromFile(stream, null, checked((long)lengthBytes), MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: false);
        _view = _file.CreateViewAccessor();
        byte* start = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        SetHandle((nint)start);
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
        return true;
    }

    [LibraryImport("kernel32", EntryPoint = "DeviceIoControl", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool DeviceIoControl(SafeFileHandle device, uint code, nint input, uint inputBytes, nint output, uint outputBytes, out uint returnedBytes, nint overlapped);
}
