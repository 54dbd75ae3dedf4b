namespace DriverSdk.Hardware.Firmware;

/// <summary>What firmware writes into the DMA remapping table.</summary>
internal sealed record DmarDescription
{
    /// <summary>Width of physical addresses, in bits.</summary>
    public int HostAddressWidth { get; init; } = 48;

    /// <summary>The table's flags.</summary>
    public byte Flags { get; init; }

    /// <summary>The units, in the table's order.</summary>
    public required IReadOnlyList<FirmwareUnit> Units { get; init; }

    /// <summary>Memory that stays firmware's.</summary>
    public IReadOnlyList<FirmwareReservation> Reservations { get; init; } = [];
}
