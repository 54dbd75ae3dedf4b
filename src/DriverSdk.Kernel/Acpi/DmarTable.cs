namespace DriverSdk.Kernel.Acpi;

/// <summary>What is left of firmware's DMAR when everything that cannot be believed has been left out.</summary>
internal sealed record DmarTable
{
    /// <summary>A machine without remapping units.</summary>
    public static DmarTable Empty { get; } = new();

    /// <summary>Width of physical addresses, in bits.</summary>
    public int HostAddressWidth { get; init; }

    /// <summary>The table's flags: <see cref="Contract.Acpi.DmarLayout.InterruptRemapping"/>.</summary>
    public byte Flags { get; init; }

    /// <summary>The units, in the table's order.</summary>
    public IReadOnlyList<DmarUnit> Units { get; init; } = [];

    /// <summary>Memory that stays firmware's.</summary>
    public IReadOnlyList<DmarReservation> Reservations { get; init; } = [];
}
