namespace DriverSdk.Kernel.Scheduling;

/// <summary>Whether a latched interrupt is seen at this point or at a later one.</summary>
internal enum InterruptArrival
{
    /// <summary>It is taken now.</summary>
    Now,

    /// <summary>The message is still on its way.</summary>
    Later,
}
