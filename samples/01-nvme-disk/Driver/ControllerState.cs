namespace NvmeDisk.Driver;

/// <summary>Where a controller is in its life; commands are taken only while it is live.</summary>
internal enum ControllerState
{
    Starting,
    Live,
    Resetting,
    Removing,
    Dead,
}
