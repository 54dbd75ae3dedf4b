using DriverSdk.Kernel.Devices;
using DriverSdk.Testing;

namespace DriverSdk.Tests.Kernel.Devices;

[TestClass]
public sealed class ManagedResourcesTests
{
    [TestMethod]
    public void ReleaseAll_LastFirst_AndWhatIsAddedMeanwhileToo() => Run(managed =>
    {
        var order = new List<int>();
        managed.Add(() => order.Add(1));
        managed.Add(() =>
        {
            order.Add(2);
            managed.Add(() => order.Add(3));
        });
        Assert.AreEqual(2, managed.Count);

        managed.ReleaseAll();

        CollectionAssert.AreEqual(new[] { 2, 3, 1 }, order);
        Assert.AreEqual(0, managed.Count);
        managed.ReleaseAll();
        Assert.HasCount(3, order);
    });

    [TestMethod]
    public void ReleaseAll_OneThrows_TheOthersAreReleasedAndTheFirstExceptionIsTold() => Run(managed =>
    {
        var released = 0;
        managed.Add(() => released++);
        managed.Add(() => throw new NotSupportedException("later"));
        managed.Add(() => released++);
        managed.Add(() => throw new NotSupportedException("first"));

        var thrown = Assert.ThrowsExactly<InvalidOperationException>(managed.ReleaseAll);

        Assert.AreEqual("first", thrown.InnerException!.Message);
        Assert.AreEqual(2, released);
    });

    [TestMethod]
    public void Add_Null_IsRefused() => Run(managed => Assert.ThrowsExactly<ArgumentNullException>(() => managed.Add(null!)));

    private static void Run(Action<ManagedResources> body)
    {
        using var machine = TestMachine.Deterministic(1);
        machine.Run(() => body(machine.Device.Managed));
    }
}
