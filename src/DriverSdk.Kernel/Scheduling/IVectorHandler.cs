namespace DriverSdk.Kernel.Scheduling;

/// <summary>What a CPU calls for each vector it takes; the interrupt controller implements it.</summary>
internal interface IVectorHandler
{
    /// <summary>Runs the vector's handlers in hardirq context, interrupts off.</summary>
    void Handle(Cpu cpu, byte vector);
}
