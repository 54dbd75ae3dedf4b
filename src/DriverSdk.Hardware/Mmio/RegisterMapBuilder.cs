using DriverSdk.Contract.Ports;

namespace DriverSdk.Hardware.Mmio;

/// <summary>Declares the registers of a device type, once, in a static field.</summary>
/// <remarks>
/// Every byte from zero to the end is declared: by a register, by an array (its stride declares what lies between its elements), or by <see cref="Gap"/>. An overlap, a hole,
/// a misaligned register or a bit without a field is refused with an exception that says which.
/// </remarks>
/// <example><code>
/// private static readonly RegisterMap&lt;Doubler&gt; Map = new RegisterMapBuilder&lt;Doubler&gt;()
///     .Register32(0x00, "CTRL", r =&gt; r
///         .Flag(0, "START", set: (d, on) =&gt; d.StartIf(on))
///         .Flag(1, "IRQ_EN", get: d =&gt; d._irqEnabled, set: (d, on) =&gt; d._irqEnabled = on)
///         .Reserved(2..32))
///     .Gap(0x04..0x08)
///     .Register64(0x08, "ADDRESS", r =&gt; r.Value(d =&gt; d._address, (d, v) =&gt; d._address = v))
///     .Build();
/// </code></example>
/// <typeparam name="TDevice">The device type whose state the registers show.</typeparam>
public sealed class RegisterMapBuilder<TDevice>
    where TDevice : class
{
    private readonly List<Register<TDevice>> _registers = [];
    private readonly List<Range> _gaps = [];

    /// <summary>Declares a register of 8 bits.</summary>
    /// <param name="offset">Byte offset.</param>
    /// <param name="name">Name in dumps and traces, unique in the map.</param>
    /// <param name="declare">Declares what it holds.</param>
    /// <returns>This builder.</returns>
    public RegisterMapBuilder<TDevice> Register8(int offset, string name, Func<RegisterBuilder<TDevice>, RegisterBuilder<TDevice>> declare) =>
        Add(offset, name, AccessWidth.Byte, declare);

    /// <summary>Declares a register of 16 bits.</summary>
    /// <param name="offset">Byte offset, a multiple of 2.</param>
    /// <param name="name">Name in dumps and traces, unique in the map.</param>
    /// <param name="declare">Declares what it holds.</param>
    /// <returns>This builder.</returns>
    public RegisterMapBuilder<TDevice> Register16(int offset, string name, Func<RegisterBuilder<TDevice>, RegisterBuilder<TDevice>> declare) =>
        Add(offset, name, AccessWidth.Word, declare);

    /// <summary>Declares a register of 32 bits.</summary>
    /// <param name="offset">Byte offset, a multiple of 4.</param>
    /// <param name="name">Name in dumps and traces, unique in the map.</param>
    /// <param name="declare">Declares what it holds.</param>
    /// <returns>This builder.</returns>
    public RegisterMapBuilder<TDevice> Register32(int offset, string name, Func<RegisterBuilder<TDevice>, RegisterBuilder<TDevice>> declare) =>
        Add(offset, name, AccessWidth.DoubleWord, declare);

    /// <summary>Declares a register of 64 bits; software may also reach each 32-bit half.</summary>
    /// <param name="offset">Byte offset, a multiple of 8.</param>
    /// <param name="name">Name in dumps and traces, unique in the map.</param>
    /// <param name="declare">Declares what it holds.</param>
    /// <returns>This builder.</returns>
    public RegisterMapBuilder<TDevice> Register64(int offset, string name, Func<RegisterBuilder<TDevice>, RegisterBuilder<TDevice>> declare) =>
        Add(offset, name, AccessWidth.QuadWord, declare);

    /// <summary>Declares equal registers at a constant distance, such as doorbells. Two arrays may interleave.</summary>
    /// <param name="offset">Byte offset of the first element, a multiple of the width.</param>
    /// <param name="name">Name; element 3 is shown as <c>NAME[3]</c>.</param>
    /// <param name="width">Width of each element.</param>
    /// <param name="count">Elements, at least 1.</param>
    /// <param name="strideBytes">Distance of two elements in bytes, a multiple of the width.</param>
    /// <param name="declare">Declares what each holds.</param>
    /// <returns>This builder.</returns>
    public RegisterMapBuilder<TDevice> Array(
        int offset, string name, AccessWidth width, int count, int strideBytes, Func<RegisterArrayBuilder<TDevice>, RegisterArrayBuilder<TDevice>> declare)
    {
        ArgumentNullException.ThrowIfNull(declare);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        var place = Place(offset, name, width, count, strideBytes);
        _registers.Add(declare(new RegisterArrayBuilder<TDevice>(place)).Build());
        return this;
    }

    /// <summary>Declares bytes that hold no register: they read zero and ignore writes.</summary>
    /// <param name="bytes">The bytes, half-open, such as <c>0x38..0x1000</c>.</param>
    /// <returns>This builder.</returns>
    public RegisterMapBuilder<TDevice> Gap(Range bytes)
    {
        if (bytes.Start.IsFromEnd || bytes.End.IsFromEnd || bytes.Start.Value >= bytes.End.Value)
            throw new ArgumentOutOfRangeException(nameof(bytes), $"A gap was given as {bytes}; give first..end counted from the start, with first below end.");
        _gaps.Add(bytes);
        return this;
    }

    /// <summary>Lets another method declare a part, so that a long map splits by function.</summary>
    /// <param name="part">Declares its registers on this builder.</param>
    /// <returns>This builder.</returns>
    public RegisterMapBuilder<TDevice> Add(Func<RegisterMapBuilder<TDevice>, RegisterMapBuilder<TDevice>> part)
    {
        ArgumentNullException.ThrowIfNull(part);
        return part(this);
    }

    /// <summary>Checks everything and makes the map.</summary>
    /// <exception cref="InvalidOperationException">Registers overlap, a byte is not declared, a name is used twice, or the map is empty.</exception>
    public RegisterMap<TDevice> Build() => new(RegisterLayout<TDevice>.Check(_registers, _gaps));

    private RegisterMapBuilder<TDevice> Add(
        int offset, string name, AccessWidth width, Func<RegisterBuilder<TDevice>, RegisterBuilder<TDevice>> declare)
    {
        ArgumentNullException.ThrowIfNull(declare);
        var place = Place(offset, name, width, count: 1, strideBytes: (int)width);
        _registers.Add(declare(new RegisterBuilder<TDevice>(place)).Build());
        return this;
    }

    private static RegisterPlace Place(int offset, string name, AccessWidth width, int count, int strideBytes)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        var bytes = (int)width;
        if (width is not (AccessWidth.Byte or AccessWidth.Word or AccessWidth.DoubleWord or AccessWidth.QuadWord))
            throw new ArgumentOutOfRangeException(nameof(width), width, $"Register {name} has no width of {bytes} bytes; give 1, 2, 4 or 8.");
        if (offset < 0 || offset % bytes != 0)
            throw new ArgumentOutOfRangeException(nameof(offset), $"Register {name} lies at 0x{offset:x}; a register of {bytes * 8} bits starts at a multiple of {bytes}.");
        if (strideBytes < bytes || strideBytes % bytes != 0)
            throw new ArgumentOutOfRangeException(nameof(strideBytes), $"Array {name} has a stride of {strideBytes} bytes; give a multiple of its width, {bytes}.");
        if (offset + ((long)count * strideBytes) > RegisterLayout<TDevice>.MaxBytes)
            throw new ArgumentOutOfRangeException(nameof(count), $"{name} ends past {RegisterLayout<TDevice>.MaxBytes} bytes; put memory-like regions behind an IMmioTarget.");
        return new RegisterPlace(offset, name, width, count, strideBytes);
    }
}
