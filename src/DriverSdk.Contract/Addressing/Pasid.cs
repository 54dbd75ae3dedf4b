namespace DriverSdk.Contract.Addressing;

/// <summary>A process address space id: which of a device's address spaces a request belongs to. 20 bits on the bus.</summary>
/// <remarks>The default value is PASID 0, an address space like any other. Source: facts/vtd.md 2 and 5.</remarks>
public readonly record struct Pasid
{
    /// <summary>The greatest id.</summary>
    public const uint LastValue = 0xf_ffff;

    /// <summary>Makes the id from its number.</summary>
    /// <param name="value">0 to <see cref="LastValue"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number has more than 20 bits.</exception>
    public Pasid(uint value)
    {
        if (value > LastValue)
            throw new ArgumentOutOfRangeException(nameof(value), value, $"A PASID has 20 bits; give 0 to 0x{LastValue:x}.");
        Value = value;
    }

    /// <summary>The number, 0 to <see cref="LastValue"/>.</summary>
    public uint Value { get; }

    /// <summary>The id as <c>pasid:7</c>.</summary>
    public override string ToString() => $"pasid:{Value}";
}
