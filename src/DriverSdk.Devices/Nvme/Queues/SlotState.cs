namespace DriverSdk.Devices.Nvme.Queues;

/// <summary>What has become of the command in one slot of a submission queue.</summary>
internal enum SlotState : byte
{
    /// <summary>Nothing to do: never fetched, completed or aborted.</summary>
    Gone,

    /// <summary>Fetched, not started.</summary>
    Waiting,

    /// <summary>Fetched, but its id belongs to another outstanding command.</summary>
    Conflicting,

    /// <summary>Being executed now.</summary>
    Executing,
}
