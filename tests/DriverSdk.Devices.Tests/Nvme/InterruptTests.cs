using DriverSdk.Devices.Nvme.Formats;

namespace DriverSdk.Devices.Tests.Nvme;

/// <summary>MSI-X, MSI and the line, and who masks which.</summary>
[TestClass]
public sealed class InterruptTests
{
    private const int SetMask = 0x0c;
    private const int ClearMask = 0x10;

    [TestMethod]
    public void Msix_EachQueueHasItsVector()
    {
        using var driver = new TestDriver();
        driver.Board.EnableMsix(17);
        driver.Enable();
        var first = driver.CreateQueue(1, 8, 8, vector: 1);
        var second = driver.CreateQueue(2, 8, 8, vector: 2);
        Assert.IsTrue(driver.Board.TakeVectors().All(vector => vector == TestBoard.FirstVector), "the admin queue has vector 0");
        first.Run(driver.Command(NvmOpcode.Flush));
        second.Run(driver.Command(NvmOpcode.Flush));
        CollectionAssert.AreEqual(new byte[] { TestBoard.FirstVector + 1, TestBoard.FirstVector + 2 }, driver.Board.TakeVectors());
    }

    [TestMethod]
    public void Msix_OneInterruptEndsABatch()
    {
        using var driver = new TestDriver();
        driver.Board.EnableMsix(17);
        driver.Enable();
        var queue = driver.CreateQueue(1, 16, 16, vector: 3);
        driver.Board.TakeVectors();
        for (var i = 0; i < 8; i++)
            queue.Put(driver.Command(NvmOpcode.Flush));
        queue.RingTail();
        Assert.HasCount(1, driver.Board.TakeVectors());
        Assert.HasCount(8, queue.TakeAll());
    }

    [TestMethod]
    public void QueueWithoutInterrupts_StaysSilent()
    {
        using var driver = new TestDriver();
        driver.Board.EnableMsix(17);
        driver.Enable();
        var queue = driver.CreateQueue(1, 16, 16);
        driver.Board.TakeVectors();
        queue.Run(driver.Command(NvmOpcode.Flush));
        Assert.IsEmpty(driver.Board.TakeVectors());
    }

    [TestMethod]
    public void Msi_ObeysTheMask_AndSpeaksWhenItIsCleared()
    {
        using var driver = new TestDriver();
        driver.Board.EnableMsi(vectorsLog2: 2);
        driver.Enable();
        var queue = driver.CreateQueue(1, 16, 16, vector: 2);
        driver.Board.TakeVectors();
        driver.Board.Write32(SetMask, 1 << 2);
        Assert.AreEqual(1u << 2, driver.Board.Read32(ClearMask));
        queue.Put(driver.Command(NvmOpcode.Flush));
        queue.RingTail();
        Assert.IsEmpty(driver.Board.TakeVectors());
        driver.Board.Write32(ClearMask, 1 << 2);
        CollectionAssert.AreEqual(new byte[] { TestBoard.FirstVector + 2 }, driver.Board.TakeVectors());
    }

    [TestMethod]
    public void Line_StaysAsserted_UntilTheEntriesAreTaken()
    {
        using var driver = new TestDriver();
        driver.Board.EnableLine();
        driver.Enable();
        var queue = driver.CreateQueue(1, 16, 16, vector: 0);
        driver.Board.TakeVectors();
        driver.Board.EndOfInterrupt();
        Assert.IsEmpty(driver.Board.TakeVectors(), "the line is low");

        queue.Put(driver.Command(NvmOpcode.Flush));
        queue.RingTail();
        Assert.HasCount(1, driver.Board.TakeVectors());
        driver.Board.EndOfInterrupt();
        Assert.HasCount(1, driver.Board.TakeVectors(), "still asserted, so it comes again");
        queue.TakeAll();
        driver.Board.EndOfInterrupt();
        Assert.IsEmpty(driver.Board.TakeVectors());
    }

    [TestMethod]
    public void Line_ObeysTheMask_AndFallsAtAReset()
    {
        using var driver = new TestDriver();
        driver.Board.EnableLine();
        driver.Enable();
        var queue = driver.CreateQueue(1, 16, 16, vector: 1);
        driver.Board.EndOfInterrupt();
        driver.Board.TakeVectors();
        driver.Board.Write32(SetMask, uint.MaxValue);
        queue.Put(driver.Command(NvmOpcode.Flush));
        queue.RingTail();
        Assert.IsEmpty(driver.Board.TakeVectors());
        driver.Board.Write32(ClearMask, 1 << 1);
        Assert.HasCount(1, driver.Board.TakeVectors());
        driver.Disable();
        driver.Board.EndOfInterrupt();
        Assert.IsEmpty(driver.Board.TakeVectors());
        Assert.AreEqual(0u, driver.Board.Read32(SetMask), "a reset unmasks");
    }
}
