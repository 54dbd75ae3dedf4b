using DriverSdk.Devices.Nvme;
using DriverSdk.Devices.Nvme.Formats;

namespace DriverSdk.Devices.Tests.Nvme;

/// <summary>Creating and deleting I/O queues, with every status.</summary>
[TestClass]
public sealed class QueueManagementTests
{
    // Fields: id | (entries - 1) << 16, and PC | IEN << 1 | vector << 16.
    [TestMethod]
    [DataRow(0x000f_0000u, 1u, 0ul, NvmeStatusCode.InvalidQueueIdentifier, DisplayName = "id 0")]
    [DataRow(0x000f_0005u, 1u, 0ul, NvmeStatusCode.InvalidQueueIdentifier, DisplayName = "id above the number of queues")]
    [DataRow(0x000f_0001u, 1u, 0ul, NvmeStatusCode.InvalidQueueIdentifier, DisplayName = "id in use")]
    [DataRow(0x0000_0002u, 1u, 0ul, NvmeStatusCode.InvalidQueueSize, DisplayName = "one entry")]
    [DataRow(0x0040_0002u, 1u, 0ul, NvmeStatusCode.InvalidQueueSize, DisplayName = "more than MQES")]
    [DataRow(0x000f_0002u, 0u, 0ul, NvmeStatusCode.InvalidField, DisplayName = "not contiguous")]
    [DataRow(0x000f_0002u, 0x0005_0003u, 0ul, NvmeStatusCode.InvalidInterruptVector, DisplayName = "vector")]
    [DataRow(0x000f_0002u, 1u, 64ul, NvmeStatusCode.PrpOffsetInvalid, DisplayName = "not at a page's start")]
    public void CreateCompletionQueue_WithBadFields_Fails(uint dword10, uint dword11, ulong offset, NvmeStatusCode status)
    {
        using var driver = Small();
        TestDriver.FailsWith(status, driver.RunAdmin(AdminOpcode.CreateCompletionQueue, dword10, dword11, driver.Board.Allocate(4096) + offset));
    }

    // Fields: id | (entries - 1) << 16, and PC | completion queue << 16.
    [TestMethod]
    [DataRow(0x000f_0000u, 0x0001_0001u, 0ul, NvmeStatusCode.InvalidQueueIdentifier, DisplayName = "id 0")]
    [DataRow(0x000f_0005u, 0x0001_0001u, 0ul, NvmeStatusCode.InvalidQueueIdentifier, DisplayName = "id above the number of queues")]
    [DataRow(0x000f_0001u, 0x0001_0001u, 0ul, NvmeStatusCode.InvalidQueueIdentifier, DisplayName = "id in use")]
    [DataRow(0x000f_0002u, 0x0000_0001u, 0ul, NvmeStatusCode.InvalidQueueIdentifier, DisplayName = "admin completion queue")]
    [DataRow(0x000f_0002u, 0x0063_0001u, 0ul, NvmeStatusCode.InvalidQueueIdentifier, DisplayName = "completion queue out of range")]
    [DataRow(0x000f_0002u, 0x0003_0001u, 0ul, NvmeStatusCode.CompletionQueueInvalid, DisplayName = "completion queue missing")]
    [DataRow(0x0000_0002u, 0x0001_0001u, 0ul, NvmeStatusCode.InvalidQueueSize, DisplayName = "one entry")]
    [DataRow(0x0040_0002u, 0x0001_0001u, 0ul, NvmeStatusCode.InvalidQueueSize, DisplayName = "more than MQES")]
    [DataRow(0x000f_0002u, 0x0001_0000u, 0ul, NvmeStatusCode.InvalidField, DisplayName = "not contiguous")]
    [DataRow(0x000f_0002u, 0x0001_0001u, 64ul, NvmeStatusCode.PrpOffsetInvalid, DisplayName = "not at a page's start")]
    public void CreateSubmissionQueue_WithBadFields_Fails(uint dword10, uint dword11, ulong offset, NvmeStatusCode status)
    {
        using var driver = Small();
        TestDriver.FailsWith(status, driver.RunAdmin(AdminOpcode.CreateSubmissionQueue, dword10, dword11, driver.Board.Allocate(4096) + offset));
    }

    [TestMethod]
    public void Queues_WithoutEntrySizesInCc_AreRefused()
    {
        using var driver = new TestDriver();
        driver.Enable(configuration: 1);
        TestDriver.FailsWith(NvmeStatusCode.InvalidQueueSize, driver.CreateCompletionQueue(1, 16, driver.Board.Allocate(4096)));
    }

    [TestMethod]
    public void NumberOfQueues_LimitsTheIds()
    {
        using var driver = Small();
        driver.Disable();
        driver.Enable();
        TestDriver.Succeeds(driver.RunAdmin(AdminOpcode.SetFeatures, 7, 0x0000_0000));
        TestDriver.FailsWith(NvmeStatusCode.InvalidQueueIdentifier, driver.CreateCompletionQueue(2, 16, driver.Board.Allocate(4096)));
        TestDriver.Succeeds(driver.CreateCompletionQueue(1, 16, driver.Board.Allocate(4096)));
    }

    [TestMethod]
    public void Delete_FollowsTheDependency()
    {
        using var driver = Small();
        TestDriver.FailsWith(NvmeStatusCode.InvalidQueueDeletion, driver.RunAdmin(AdminOpcode.DeleteCompletionQueue, 1));
        TestDriver.Succeeds(driver.RunAdmin(AdminOpcode.DeleteSubmissionQueue, 1));
        TestDriver.Succeeds(driver.RunAdmin(AdminOpcode.DeleteCompletionQueue, 1));
        driver.CreateQueue(1, 16, 16);
    }

    [TestMethod]
    [DataRow(AdminOpcode.DeleteSubmissionQueue, 0u)]
    [DataRow(AdminOpcode.DeleteSubmissionQueue, 2u)]
    [DataRow(AdminOpcode.DeleteSubmissionQueue, 0xffffu)]
    [DataRow(AdminOpcode.DeleteCompletionQueue, 0u)]
    [DataRow(AdminOpcode.DeleteCompletionQueue, 2u)]
    [DataRow(AdminOpcode.DeleteCompletionQueue, 0xffffu)]
    public void Delete_OfNoQueue_Fails(AdminOpcode opcode, uint id)
    {
        using var driver = Small();
        TestDriver.FailsWith(NvmeStatusCode.InvalidQueueIdentifier, driver.RunAdmin(opcode, id));
    }

    [TestMethod]
    public void DeleteSubmissionQueue_EndsItsCommands()
    {
        var (driver, queue) = TestDriver.Start();
        using var board = driver;
        driver.Controller.StallQueue(1);
        queue.Put(driver.Command(NvmOpcode.Flush));
        queue.Put(driver.Command(NvmOpcode.Flush));
        queue.RingTail();
        TestDriver.Succeeds(driver.RunAdmin(AdminOpcode.DeleteSubmissionQueue, 1));
        var ended = queue.TakeAll();
        Assert.HasCount(2, ended);
        Assert.IsTrue(ended.All(completion => completion.Status.Code == NvmeStatusCode.AbortedByQueueDeletion));
        Assert.AreEqual(0L, driver.Statistics.Outstanding);
    }

    [TestMethod]
    public void StallQueue_OfNoQueue_IsRefused()
    {
        using var driver = Small();
        Assert.ThrowsExactly<ArgumentException>(() => driver.Controller.StallQueue(3));
    }

    // Queue pair 1 exists; ids 1 to 4, up to 64 entries, vectors 0 to 4.
    private static TestDriver Small() =>
        TestDriver.Start(options: new NvmeControllerOptions { IoQueuePairs = 4, QueueEntries = 64, InterruptVectors = 5 }).Driver;
}
