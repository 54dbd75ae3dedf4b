using DriverSdk.Hardware.Mmio;

namespace DriverSdk.Devices.Edu;

/// <summary>The registers by name and offset. Source: QEMU <c>docs/specs/edu.rst</c>.</summary>
internal static class EduRegisterMap
{
    public const int Identification = 0x00;
    public const int Liveness = 0x04;
    public const int Factorial = 0x08;
    public const int Status = 0x20;
    public const int Interrupts = 0x24;
    public const int Raise = 0x60;
    public const int Acknowledge = 0x64;
    public const int TransferSource = 0x80;
    public const int TransferDestination = 0x88;
    public const int TransferCount = 0x90;
    public const int TransferCommand = 0x98;

    /// <summary>What the identification register holds: version 1.0 of the device.</summary>
    public const uint IdentificationValue = 0x0100_00ed;

    /// <summary>The registers; the rest of BAR 0 holds none.</summary>
    public static RegisterMap<EduDevice> Map { get; } = new RegisterMapBuilder<EduDevice>()
        .Add(Identity)
        .Add(Work)
        .Add(InterruptControl)
        .Add(Transfers)
        .Build();

    private static RegisterMapBuilder<EduDevice> Identity(RegisterMapBuilder<EduDevice> map) => map
        .Register32(Identification, "ID", r => r
            .Constant(IdentificationValue)
            .Field(0..8, "EDU")
            .Reserved(8..16)
            .Field(16..24, "MINOR")
            .Field(24..32, "MAJOR"))
        .Register32(Liveness, "LIVE", r => r.Value(edu => edu.Liveness, (edu, value) => edu.Liveness = (uint)value));

    private static RegisterMapBuilder<EduDevice> Work(RegisterMapBuilder<EduDevice> map) => map
        .Register32(Factorial, "FACTORIAL", r => r.Value(edu => edu.Factorial, (edu, value) => edu.Factorial = (uint)value))
        .Gap(0x0c..Status)
        .Register32(Status, "STATUS", r => r
            .Value(edu => edu.Status, (edu, value) => edu.Status = (uint)value)
            .Field(0..1, "COMPUTING", FieldAccess.ReadOnly)
            .Reserved(1..7)
            .Field(7..8, "IRQFACT")
            .Reserved(8..32));

    private static RegisterMapBuilder<EduDevice> InterruptControl(RegisterMapBuilder<EduDevice> map) => map
        .Register32(Interrupts, "IRQ_STATUS", r => r.Value(get: edu => edu.Interrupts))
        .Gap(0x28..Raise)
        .Register32(Raise, "IRQ_RAISE", r => r
            .Value(set: (edu, value) => edu.RaiseInterrupt((uint)value))
            .Field(0..32, "REASONS", FieldAccess.WriteOnly))
        .Register32(Acknowledge, "IRQ_ACK", r => r
            .Value(set: (edu, value) => edu.Acknowledge((uint)value))
            .Field(0..32, "REASONS", FieldAccess.WriteOnly))
        .Gap(0x68..TransferSource);

    private static RegisterMapBuilder<EduDevice> Transfers(RegisterMapBuilder<EduDevice> map) => map
        .Register64(TransferSource, "DMA_SRC", r => r
            .Value(edu => edu.Transfer.Source, (edu, value) => edu.Prepare(transfer => transfer with { Source = value })))
        .Register64(TransferDestination, "DMA_DST", r => r
            .Value(edu => edu.Transfer.Destination, (edu, value) => edu.Prepare(transfer => transfer with { Destination = value })))
        .Register64(TransferCount, "DMA_COUNT", r => r
            .Value(edu => edu.Transfer.Count, (edu, value) => edu.Prepare(transfer => transfer with { Count = value })))
        .Register64(TransferCommand, "DMA_CMD", r => r
            .Value(edu => edu.Transfer.Command, (edu, value) => edu.Command(value))
            .Field(0..1, "START")
            .Field(1..2, "TO_MEMORY")
            .Field(2..3, "IRQ")
            .Field(3..64, "KEPT"));
}
