namespace DriverSdk.Kernel.Scheduling;

/// <summary>A timeline's answer to posted work.</summary>
internal enum WorkAdmission
{
    /// <summary>The poster runs it before the post returns.</summary>
    RunHere,

    /// <summary>It is queued.</summary>
    RunsLater,
}
