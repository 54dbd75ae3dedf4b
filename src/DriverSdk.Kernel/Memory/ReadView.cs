using DriverSdk.Contract.Addressing;
using DriverSdk.Kernel.Annotations;

namespace DriverSdk.Kernel.Memory;

/// <summary>The CPU's right to read some kernel memory, from opening to <see cref="Dispose"/>. The bytes are RAM itself, not a copy.</summary>
/// <remarks>A <see langword="ref struct"/>: it cannot be stored or outlive the method. The default value is an empty, closed view.</remarks>
[AnyContext]
public ref struct ReadView
{
    private readonly ViewWatch? _watch;
    private readonly PhysAddr _start;
    private ReadOnlySpan<byte> _bytes;

    internal ReadView(ReadOnlySpan<byte> bytes, PhysAddr start, ViewWatch? watch)
    {
        _bytes = bytes;
        _start = start;
        _watch = watch;
        watch?.OnReadOpened(start, (ulong)bytes.Length);
    }

    /// <summary>The bytes, exactly as many as were asked for; empty once the view is closed.</summary>
    public readonly ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>Closes the view; closing it twice does nothing.</summary>
    public void Dispose()
    {
        if (_watch is not null && !_bytes.IsEmpty)
            _watch.OnReadClosed(_start, (ulong)_bytes.Length);
        _bytes = default;
    }
}
