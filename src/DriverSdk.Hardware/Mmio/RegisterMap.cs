using System.Text;
using DriverSdk.Contract.Ports;

namespace DriverSdk.Hardware.Mmio;

/// <summary>The registers of a device type: dispatches accesses to the device's callbacks and knows every name.</summary>
/// <remarks>
/// It holds no device state; one map serves all devices of the type, from any thread. An access may be narrower than a register (its bytes) or wider (each register in turn).
/// Gaps and everything past the end read zero and ignore writes. A lookup is one array access; no access allocates.
/// </remarks>
/// <typeparam name="TDevice">The device type.</typeparam>
public sealed class RegisterMap<TDevice>
    where TDevice : class
{
    private readonly RegisterLayout<TDevice> _layout;

    internal RegisterMap(RegisterLayout<TDevice> layout) => _layout = layout;

    /// <summary>Bytes declared, from offset zero.</summary>
    public int LengthBytes => _layout.LengthBytes;

    /// <summary>Reads as software does.</summary>
    /// <param name="device">The device.</param>
    /// <param name="offset">Bytes from the start, a multiple of the width.</param>
    /// <param name="width">Width of the access.</param>
    /// <returns>The value, zero-extended.</returns>
    public ulong Read(TDevice device, ulong offset, AccessWidth width)
    {
        var value = 0UL;
        for (var done = 0; done < (int)width;)
        {
            var part = Locate(offset + (ulong)done, (int)width - done);
            if (part.Register is { } register)
                value |= ((register.Read(device, part.Index) & part.Lanes) >> part.FirstBit) << (done * 8);
            done += part.Bytes;
        }

        return value;
    }

    /// <summary>Writes as software does.</summary>
    /// <param name="device">The device.</param>
    /// <param name="offset">Bytes from the start, a multiple of the width.</param>
    /// <param name="value">The value; bits above the width are ignored.</param>
    /// <param name="width">Width of the access.</param>
    public void Write(TDevice device, ulong offset, ulong value, AccessWidth width)
    {
        for (var done = 0; done < (int)width;)
        {
            var part = Locate(offset + (ulong)done, (int)width - done);
            part.Register?.Write(device, part.Index, ((value >> (done * 8)) << part.FirstBit) & part.Lanes, part.Lanes);
            done += part.Bytes;
        }
    }

    /// <summary>Name of the register at an offset, such as <c>CC</c>, <c>SQTDBL[3]</c>, <c>ASQ+4</c>, or <c>+0x38</c> where nothing is declared.</summary>
    /// <param name="offset">Byte offset.</param>
    public string Describe(int offset)
    {
        var part = Locate((ulong)offset, 1);
        if (part.Register is not { } register)
            return $"+0x{offset:x}";
        var name = register.Place.NameOf(part.Index);
        return part.FirstBit == 0 ? name : $"{name}+{part.FirstBit / 8}";
    }

    /// <summary>Name of one bit's field, such as <c>CC.EN</c>, or <c>CC[31]</c> where it is reserved or unnamed.</summary>
    /// <param name="offset">Byte offset of the register.</param>
    /// <param name="bit">Bit from that byte's bit 0 up.</param>
    public string Describe(int offset, int bit)
    {
        var part = Locate((ulong)offset, 1);
        if (part.Register is not { } register)
            return $"+0x{offset:x}[{bit}]";
        var place = part.FirstBit + bit;
        var field = register.Fields.FirstOrDefault(candidate => place >= candidate.FirstBit && place < candidate.FirstBit + candidate.BitCount);
        var name = register.Place.NameOf(part.Index);
        return string.IsNullOrEmpty(field.Name) ? $"{name}[{place}]" : $"{name}.{field.Name}";
    }

    /// <summary>A register's value in words, such as <c>CC 0x00460001 (EN=1 CSS=0 IOSQES=6 IOCQES=4)</c>.</summary>
    /// <param name="offset">Byte offset of the register.</param>
    /// <param name="value">Its value.</param>
    public string Format(int offset, ulong value)
    {
        var text = new StringBuilder().Append(Describe(offset)).Append(" 0x");
        var part = Locate((ulong)offset, 1);
        if (part.Register is not { } register)
            return text.Append(value.ToString("x")).ToString();
        text.Append(value.ToString($"x{(int)register.Width * 2}"));
        var fields = register.Fields.Where(field => field.Name.Length != 0).Select(field => $"{field.Name}={field.Extract(value):x}").ToArray();
        return fields.Length == 0 ? text.ToString() : text.Append(" (").AppendJoin(' ', fields).Append(')').ToString();
    }

    /// <summary>All registers of a device as text, one a line by offset; it calls the get callbacks and nothing else.</summary>
    /// <param name="device">The device.</param>
    public string Dump(TDevice device)
    {
        ArgumentNullException.ThrowIfNull(device);
        var text = new StringBuilder();
        foreach (var register in _layout.Registers)
        {
            if (!register.IsReadable)
            {
                var elements = register.Place.Count == 1 ? string.Empty : $"[{register.Place.Count}]";
                text.Append($"0x{register.Place.Offset:x4} {register.Place.Name}{elements} (write-only)\n");
                continue;
            }

            for (var index = 0; index < register.Place.Count; index++)
            {
                var offset = register.Place.OffsetOf(index);
                text.Append($"0x{offset:x4} {Format(offset, register.Read(device, index))}\n");
            }
        }

        return text.ToString();
    }

    /// <summary>The map with one device behind it, as a BAR needs it.</summary>
    /// <param name="device">The device.</param>
    public IMmioTarget Bind(TDevice device)
    {
        ArgumentNullException.ThrowIfNull(device);
        return new BoundRegisters<TDevice>(this, device);
    }

    private Part Locate(ulong offset, int bytes)
    {
        if (_layout.Find(offset) is not { } register)
            return new Part(null, 0, 0, 0, 1);
        var place = register.Place;
        var distance = (int)offset - place.Offset;
        var index = place.Count == 1 ? 0 : distance / place.StrideBytes;
        var within = distance - (index * place.StrideBytes);
        var take = Math.Min(bytes, (int)place.Width - within);
        var lanes = take == 8 ? ulong.MaxValue : ((1UL << (take * 8)) - 1) << (within * 8);
        return new Part(register, index, within * 8, lanes, take);
    }

    // The part of an access that falls into one register.
    private readonly record struct Part(Register<TDevice>? Register, int Index, int FirstBit, ulong Lanes, int Bytes);
}
