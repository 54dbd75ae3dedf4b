using System.Globalization;

namespace DriverSdk.Contract.Addressing;

/// <summary>A PCI function's bus, device and function numbers: its requester id, and the VT-d source-id.</summary>
/// <remarks>The default value is 00:00.0, the host bridge.</remarks>
/// <param name="Value">Bus in bits 15:8, device in 7:3, function in 2:0.</param>
public readonly record struct Bdf(ushort Value)
{
    /// <summary>Makes the id from its three numbers.</summary>
    /// <param name="bus">0 to 255.</param>
    /// <param name="device">0 to 31.</param>
    /// <param name="function">0 to 7.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number lies outside its range.</exception>
    public Bdf(int bus, int device, int function)
        : this((ushort)((InRange(bus, 255, nameof(bus)) << 8) | (InRange(device, 31, nameof(device)) << 3) | InRange(function, 7, nameof(function))))
    {
    }

    /// <summary>Bus number, 0 to 255.</summary>
    public int Bus => Value >> 8;

    /// <summary>Device number, 0 to 31.</summary>
    public int Device => (Value >> 3) & 31;

    /// <summary>Function number, 0 to 7.</summary>
    public int Function => Value & 7;

    /// <summary>Device and function as the tables index them, 0 to 255.</summary>
    public int DevFn => Value & 0xff;

    /// <summary>Reads <c>bb:dd.f</c> in hexadecimal, as lspci prints it.</summary>
    /// <exception cref="FormatException">The text is not of that form.</exception>
    public static Bdf Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parts = text.Split(':', '.');
        if (parts.Length == 3
            && byte.TryParse(parts[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var bus)
            && byte.TryParse(parts[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var device) && device < 32
            && byte.TryParse(parts[2], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var function) && function < 8)
            return new Bdf(bus, device, function);
        throw new FormatException($"'{text}' is not a PCI function; write bus:device.function in hexadecimal, for example 01:00.0.");
    }

    /// <summary>The id as lspci prints it, such as <c>01:00.0</c>.</summary>
    public override string ToString() => $"{Bus:x2}:{Device:x2}.{Function:x}";

    private static int InRange(int value, int last, string name) =>
        (uint)value <= (uint)last ? value : throw new ArgumentOutOfRangeException(name, value, $"A PCI {name} number lies between 0 and {last}.");
}
