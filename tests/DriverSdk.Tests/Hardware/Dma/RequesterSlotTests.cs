using DriverSdk.Hardware.Dma;

namespace DriverSdk.Tests.Hardware.Dma;

[TestClass]
public sealed class RequesterSlotTests
{
    private readonly RequesterSlot _slot = new();

    [TestMethod]
    public void Mark_StandsFromEnterToExit()
    {
        Assert.IsFalse(_slot.IsInFlight);
        _slot.Enter();
        Assert.IsTrue(_slot.IsInFlight);
        _slot.Exit();
        Assert.IsFalse(_slot.IsInFlight);
    }

    [TestMethod]
    public void Drain_OfAnIdleSlot_ReturnsAtOnce() => _slot.Drain();

    [TestMethod]
    public void Drain_WaitsForTheTransferInFlight_AndNotForTheNext()
    {
        using var entered = new ManualResetEventSlim();
        using var mayLeave = new ManualResetEventSlim();
        using var mayEnd = new ManualResetEventSlim();
        var left = 0;
        var leftWhenDrained = 0;
        var device = new Thread(() =>
        {
            _slot.Enter();
            entered.Set();
            mayLeave.Wait();
            Volatile.Write(ref left, 1);
            _slot.Exit();
            _slot.Enter();
            mayEnd.Wait();
            _slot.Exit();
        });
        device.Start();
        entered.Wait();
        var drain = new Thread(() =>
        {
            _slot.Drain();
            leftWhenDrained = Volatile.Read(ref left);
        });
        drain.Start();

        Assert.IsFalse(drain.Join(TimeSpan.FromMilliseconds(20)), "the transfer is in flight");
        mayLeave.Set();
        Assert.IsTrue(drain.Join(TimeSpan.FromSeconds(30)), "the transfer that came later is not waited for");
        Assert.AreEqual(1, leftWhenDrained);
        mayEnd.Set();
        device.Join();
    }

    [TestMethod]
    public void Drain_FromInsideTheTransfer_IsRefused()
    {
        _slot.Enter();
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(_slot.Drain).Message, "wait for itself");
        _slot.Exit();
        _slot.Drain();
    }
}
