using DriverSdk.Hardware.Mmio;

namespace DriverSdk.Devices.DmaProbe;

/// <summary>Where the probe's registers lie in BAR 0, in bytes. README.md in this folder has the table with all fields.</summary>
public static class DmaProbeRegisters
{
    /// <summary>Identification, read-only: <see cref="IdentificationValue"/>.</summary>
    public const int Identification = 0x00;

    /// <summary>Size of the buffer in bytes, read-only.</summary>
    public const int Capacity = 0x04;

    /// <summary>First byte of the access, 64 bits.</summary>
    public const int Address = 0x08;

    /// <summary>Bytes to move, 0 to the capacity.</summary>
    public const int Length = 0x10;

    /// <summary>Operation and attributes.</summary>
    public const int Request = 0x14;

    /// <summary>The PASID, 20 bits.</summary>
    public const int Pasid = 0x18;

    /// <summary>Any write makes the access; it is over when the write is.</summary>
    public const int Go = 0x1c;

    /// <summary>How the last access ended, read-only: a <see cref="DmaProbeStatus"/>.</summary>
    public const int Status = 0x20;

    /// <summary>Bytes that the last access moved, read-only.</summary>
    public const int Moved = 0x24;

    /// <summary>What the last translation request was granted, read-only: bit 0 reading, bit 1 writing.</summary>
    public const int Granted = 0x28;

    /// <summary>Bit 0 asserts the probe's interrupt (one message, or the line); writing it as zero lowers the line.</summary>
    public const int Interrupt = 0x2c;

    /// <summary>Physical address of the page that the last translation request was granted, 64 bits, read-only.</summary>
    public const int TranslatedPage = 0x30;

    /// <summary>Size of that page in bytes, 64 bits, read-only; 0 when nothing was granted.</summary>
    public const int TranslatedBytes = 0x38;

    /// <summary>The buffer, in any width.</summary>
    public const int Buffer = 0x1_0000;

    /// <summary>What the identification register holds.</summary>
    public const uint IdentificationValue = 0x4450_0001;

    /// <summary>The registers; between them and the buffer is nothing.</summary>
    internal static RegisterMap<DmaProbeDevice> Map { get; } = new RegisterMapBuilder<DmaProbeDevice>()
        .Add(AccessRegisters)
        .Add(ResultRegisters)
        .Build();

    private static RegisterMapBuilder<DmaProbeDevice> AccessRegisters(RegisterMapBuilder<DmaProbeDevice> map) => map
        .Register32(Identification, "ID", r => r.Constant(IdentificationValue))
        .Register32(Capacity, "CAPACITY", r => r.Constant(DmaProbeDevice.BufferBytes))
        .Register64(Address, "ADDRESS", r => r.Value(probe => probe.Address, (probe, value) => probe.Address = value))
        .Register32(Length, "LENGTH", r => r.Value(probe => probe.Length, (probe, value) => probe.Length = (uint)value))
        .Register32(Request, "REQUEST", r => r
            .Value(probe => probe.Request.Value, (probe, value) => probe.Request = new DmaProbeRequest((uint)value))
            .Field(0..4, "OPERATION")
            .Reserved(4..8)
            .Field(8..9, "TRANSLATED")
            .Field(9..10, "PASID_VALID")
            .Field(10..11, "SUPERVISOR")
            .Field(11..12, "EXECUTE")
            .Reserved(12..32))
        .Register32(Pasid, "PASID", r => r
            .Value(probe => probe.Pasid.Value, (probe, value) => probe.Pasid = new Contract.Addressing.Pasid((uint)value))
            .Field(0..20, "PASID")
            .Reserved(20..32))
        .Register32(Go, "GO", r => r
            .Value(set: (probe, _) => probe.Go())
            .Field(0..32, "ANY", FieldAccess.WriteOnly));

    private static RegisterMapBuilder<DmaProbeDevice> ResultRegisters(RegisterMapBuilder<DmaProbeDevice> map) => map
        .Register32(Status, "STATUS", r => r.Value(get: probe => (ulong)probe.Result.Status))
        .Register32(Moved, "MOVED", r => r.Value(get: probe => probe.Result.MovedBytes))
        .Register32(Granted, "GRANTED", r => r
            .Value(get: probe => (ulong)probe.Result.Translation.Granted)
            .Field(0..1, "READ")
            .Field(1..2, "WRITE")
            .Reserved(2..32))
        .Register32(Interrupt, "INTERRUPT", r => r
            .Value(set: (probe, value) => probe.DriveInterrupt((uint)value))
            .Field(0..1, "ASSERT", FieldAccess.WriteOnly)
            .Reserved(1..32))
        .Register64(TranslatedPage, "TRANSLATED_PAGE", r => r.Value(get: probe => probe.Result.Translation.Page.Value))
        .Register64(TranslatedBytes, "TRANSLATED_BYTES", r => r.Value(get: probe => probe.Result.Translation.LengthBytes));
}
