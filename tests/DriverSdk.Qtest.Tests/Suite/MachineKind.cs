namespace DriverSdk.Qtest.Tests.Suite;

/// <summary>The machines that every scenario is held against.</summary>
public enum MachineKind
{
    DriverSdk,
    Qemu,
}
