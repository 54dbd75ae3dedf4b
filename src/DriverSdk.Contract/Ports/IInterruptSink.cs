namespace DriverSdk.Contract.Ports;

/// <summary>The wire from the interrupt hardware into the CPUs: it latches a vector, nothing more.</summary>
/// <remarks>
/// The kernel implements it and the hardware calls it from any thread, in the middle of a device's work. It must only record the vector and wake an idle CPU:
/// handlers run later, on the interrupted CPU, at one of the kernel's defined points.
/// </remarks>
public interface IInterruptSink
{
    /// <summary>Latches an interrupt for one CPU.</summary>
    /// <param name="apicId">The local APIC's id; the CPU's index on this machine. Unknown ids are dropped, as hardware drops them.</param>
    /// <param name="vector">The vector, 16 to 255.</param>
    void Raise(uint apicId, byte vector);
}
