using DriverSdk.Machines;

namespace DriverSdk.Tests.Machines;

/// <summary>A builder hands its devices to one machine.</summary>
[TestClass]
public sealed class MachineBuilderReuseTests
{
    [TestMethod]
    public void Build_Twice_SaysThatTheDevicesAreTaken()
    {
        var builder = new MachineBuilder();
        using var machine = builder.Build();
        var refused = Assert.ThrowsExactly<InvalidOperationException>(builder.Build);
        Assert.Contains("new builder", refused.Message);
    }
}
