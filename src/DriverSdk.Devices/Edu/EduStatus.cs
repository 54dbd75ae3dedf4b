namespace DriverSdk.Devices.Edu;

/// <summary>Bits of the status register, and the reasons that the device itself gives for an interrupt.</summary>
internal static class EduStatus
{
    /// <summary>Status, read-only: a factorial is being computed.</summary>
    public const uint Computing = 0x01;

    /// <summary>Status: interrupt when a factorial is done.</summary>
    public const uint InterruptAfterFactorial = 0x80;

    /// <summary>Interrupt reason: a factorial is done.</summary>
    public const uint FactorialReason = 0x001;

    /// <summary>Interrupt reason: a transfer has ended.</summary>
    public const uint TransferReason = 0x100;
}
