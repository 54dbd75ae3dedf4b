namespace DriverSdk.Kernel.Scheduling;

/// <summary>What kind of call may sleep; tells the rules apart that report it.</summary>
internal enum SleepingCallKind
{
    /// <summary>Anything else that may sleep.</summary>
    Other,

    /// <summary>A static key was switched.</summary>
    StaticKeySwitch,

    /// <summary>A sleeping mutex was taken.</summary>
    Mutex,

    /// <summary>A wait for an event, a task or time.</summary>
    Wait,

    /// <summary>Memory was allocated in a way that may sleep.</summary>
    Allocation,
}
