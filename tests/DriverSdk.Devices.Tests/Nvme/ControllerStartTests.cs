using DriverSdk.Devices.Nvme;
using DriverSdk.Devices.Nvme.Backends;
using DriverSdk.Devices.Nvme.Formats;

namespace DriverSdk.Devices.Tests.Nvme;

/// <summary>Registers, enable, fatal status, shutdown and reset.</summary>
[TestClass]
public sealed class ControllerStartTests
{
    [TestMethod]
    public void ConfigurationSpace_SaysNvmExpress()
    {
        using var driver = new TestDriver();
        Assert.AreEqual(0x0010_1b36u, driver.Board.ReadConfig(0));
        Assert.AreEqual(0x01_08_02u, driver.Board.ReadConfig(8) >> 8);
        Assert.AreEqual(4u, driver.Board.ReadConfig(0x10) & 0xf, "BAR 0 is a 64-bit memory BAR");
    }

    [TestMethod]
    public void Capabilities_SayWhatTheOptionsChose()
    {
        using var driver = new TestDriver(options: new NvmeControllerOptions { QueueEntries = 256, DoorbellStrideBytes = 64 });
        var capabilities = driver.Board.Read64(0);
        Assert.AreEqual(255ul, capabilities & 0xffff, "MQES");
        Assert.AreEqual(1ul, (capabilities >> 16) & 1, "CQR");
        Assert.AreNotEqual(0ul, (capabilities >> 24) & 0xff, "TO");
        Assert.AreEqual(4ul, (capabilities >> 32) & 0xf, "DSTRD");
        Assert.AreEqual(1ul, (capabilities >> 37) & 0xff, "CSS");
        Assert.AreEqual(0ul, (capabilities >> 48) & 0xf, "MPSMIN");
        Assert.AreEqual(4ul, (capabilities >> 52) & 0xf, "MPSMAX");
        Assert.AreEqual(0x0001_0400u, driver.Board.Read32(8), "VS");
    }

    [TestMethod]
    public void Enable_WithGoodValues_GetsReady()
    {
        using var driver = new TestDriver();
        Assert.AreEqual(0u, driver.Status);
        driver.Enable();
        Assert.AreEqual(TestDriver.Ready, driver.Status);
    }

    [TestMethod]
    [DataRow(0x0046_0281u, 8, 0ul, DisplayName = "MPS above MPSMAX")]
    [DataRow(0x0046_0011u, 8, 0ul, DisplayName = "another command set")]
    [DataRow(0x0046_0801u, 8, 0ul, DisplayName = "another arbitration")]
    [DataRow(0x0046_0001u, 1, 0ul, DisplayName = "an admin queue of one entry")]
    [DataRow(0x0046_0081u, 8, 4096ul, DisplayName = "queues not aligned to a page of 8 KiB")]
    public void Enable_WithBadValues_IsFatal_AndAResetHeals(uint configuration, int entries, ulong misplace)
    {
        using var driver = new TestDriver();
        driver.Board.Allocate(0, 8192);
        driver.Board.Allocate((int)misplace, 1);
        driver.Enable(configuration, entries);
        Assert.AreEqual(TestDriver.Fatal, driver.Status);
        driver.Disable();
        Assert.AreEqual(0u, driver.Status);
        driver.Enable();
        Assert.AreEqual(TestDriver.Ready, driver.Status);
    }

    [TestMethod]
    public void Enable_OfAStalledDevice_TakesUntilItsWorkRuns()
    {
        using var driver = new TestDriver();
        driver.Board.Timeline.KeepsWork = true;
        driver.Enable();
        Assert.AreEqual(0u, driver.Status);
        driver.Board.Timeline.RunAll();
        Assert.AreEqual(TestDriver.Ready, driver.Status);
    }

    [TestMethod]
    public void Doorbells_BeforeReady_AreIgnored()
    {
        using var driver = new TestDriver();
        driver.Admin.RingTail(3);
        Assert.AreEqual(0u, driver.Status);
        Assert.AreEqual(0L, driver.Statistics.DmaErrors);
    }

    [TestMethod]
    [DataRow(1u)]
    [DataRow(2u)]
    public void Shutdown_Occurs_CompletesAndNeedsAReset(uint notification)
    {
        var (driver, queue) = TestDriver.Start();
        using var board = driver;
        driver.Board.Timeline.KeepsWork = true;
        driver.Board.Write32(TestDriver.Cc, TestDriver.EnableValue | (notification << 14));
        Assert.AreEqual(TestDriver.Ready | (1 << 2), driver.Status, "SHST says occurring");
        driver.Board.Timeline.RunAll();
        driver.Board.Timeline.KeepsWork = false;
        Assert.AreEqual(TestDriver.Ready | (2 << 2), driver.Status, "SHST says complete");

        queue.Put(driver.Command(NvmOpcode.Flush));
        queue.RingTail();
        Assert.IsFalse(queue.TryTake(out _), "nothing executes after a shutdown");
        driver.Disable();
        driver.Enable();
        Assert.AreEqual(TestDriver.Ready, driver.Status);
        Assert.AreEqual(0L, driver.Statistics.UnsafeShutdowns);
    }

    [TestMethod]
    public void Reset_ForgetsQueuesCommandsAndEvents_AndKeepsTheAdminQueueRegisters()
    {
        var (driver, queue) = TestDriver.Start();
        using var board = driver;
        driver.Controller.StallQueue(1);
        queue.Put(driver.Command(NvmOpcode.Flush));
        queue.Put(driver.Command(NvmOpcode.Flush));
        queue.RingTail();
        Assert.AreEqual(2L, driver.Statistics.Outstanding);

        driver.Disable();

        Assert.AreEqual(0u, driver.Status);
        Assert.AreEqual(0L, driver.Statistics.Outstanding);
        Assert.AreEqual(driver.Admin.Submissions, driver.Board.Read64(0x28));
        Assert.AreEqual(1L, driver.Statistics.UnsafeShutdowns);
        driver.Enable();
        var again = driver.CreateQueue(1, 16, 16);
        TestDriver.Succeeds(again.Run(driver.Command(NvmOpcode.Flush)));
        Assert.IsFalse(queue.TryTake(out _), "the old commands never complete");
    }

    [TestMethod]
    public void Reset_WithWorkPostedAndNotRun_LeavesTheOldQueueDead()
    {
        var (driver, queue) = TestDriver.Start();
        using var board = driver;
        driver.Board.Timeline.KeepsWork = true;
        queue.Put(driver.Command(NvmOpcode.Flush));
        queue.RingTail();
        driver.Disable();
        driver.Board.Timeline.KeepsWork = false;
        driver.Enable();
        driver.Board.Timeline.RunAll();
        Assert.IsFalse(queue.TryTake(out _));
        Assert.AreEqual(TestDriver.Ready, driver.Status);
    }

    [TestMethod]
    public void Reset_WhileACommandExecutes_IsOverWhenItHasLeft()
    {
        using var backend = new HoldingBackend(new MemoryBackend(8));
        var (driver, queue) = TestDriver.Start(backend);
        using var board = driver;
        queue.Put(driver.Command(NvmOpcode.Flush));
        queue.Put(driver.Command(NvmOpcode.Flush));
        var otherCpu = Task.Factory.StartNew(queue.RingTail, TaskCreationOptions.LongRunning);
        backend.AwaitFlush();

        driver.Disable();
        Assert.AreEqual(TestDriver.Ready, driver.Status, "the first flush is still inside");
        driver.Enable();
        Assert.AreEqual(TestDriver.Ready, driver.Status);
        backend.Release();
        otherCpu.Wait();

        Assert.AreEqual(TestDriver.Ready, driver.Status, "the enable that waited has been done");
        Assert.AreEqual(1L, driver.Statistics.CommandsOf(NvmOpcode.Flush), "the second flush vanished");
        Assert.AreEqual(0L, driver.Statistics.Outstanding);
        var again = driver.CreateQueue(1, 16, 16);
        TestDriver.Succeeds(again.Run(driver.Command(NvmOpcode.Flush)));
    }

    [TestMethod]
    public void FunctionLevelReset_ClearsEverything()
    {
        var (driver, _) = TestDriver.Start();
        using var board = driver;
        driver.Controller.ResetFunction();
        driver.Board.PlaceBars();
        Assert.AreEqual(0u, driver.Status);
        Assert.AreEqual(0u, driver.Board.Read32(TestDriver.Cc));
        Assert.AreEqual(0ul, driver.Board.Read64(0x28));
    }

    [TestMethod]
    public void QueueMemoryThatFaults_IsFatal()
    {
        var (driver, queue) = TestDriver.Start();
        using var board = driver;
        driver.Board.Remapper.Block(queue.Submissions);
        queue.Put(driver.Command(NvmOpcode.Flush));
        queue.RingTail();
        Assert.AreEqual(TestDriver.Ready | TestDriver.Fatal, driver.Status);
        driver.Disable();
        Assert.AreEqual(0u, driver.Status);
    }

    [TestMethod]
    public void CompletionMemoryThatFaults_IsFatal()
    {
        var (driver, queue) = TestDriver.Start();
        using var board = driver;
        driver.Board.Remapper.Block(queue.Completions);
        queue.Put(driver.Command(NvmOpcode.Flush));
        queue.RingTail();
        Assert.AreEqual(TestDriver.Ready | TestDriver.Fatal, driver.Status);
        Assert.IsFalse(queue.TryTake(out _));
    }

    [TestMethod]
    [DataRow(0, 1024, 4, 1 << 20, 17)]
    [DataRow(256, 1024, 4, 1 << 20, 17)]
    [DataRow(16, 1, 4, 1 << 20, 17)]
    [DataRow(16, 1024, 12, 1 << 20, 17)]
    [DataRow(16, 1024, 4, 2048, 17)]
    [DataRow(16, 1024, 4, 1 << 20, 0)]
    public void Options_OutOfRange_AreRefused(int pairs, int entries, int stride, int transfer, int vectors)
    {
        var options = new NvmeControllerOptions
        {
            IoQueuePairs = pairs,
            QueueEntries = entries,
            DoorbellStrideBytes = stride,
            MaximumTransferBytes = transfer,
            InterruptVectors = vectors,
        };
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new NvmeController(new MemoryBackend(1), options));
    }
}
