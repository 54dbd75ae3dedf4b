using DriverSdk.Devices.Nvme.Formats;

namespace DriverSdk.Devices.Tests.Nvme;

/// <summary>Abort, Asynchronous Event Request, and bad doorbells.</summary>
[TestClass]
public sealed class AbortAndEventTests
{
    private const uint InvalidRegisterEvent = 0x0001_0000;
    private const uint InvalidValueEvent = 0x0001_0100;

    [TestMethod]
    public void Abort_OfAStalledCommand_CompletesBoth()
    {
        var (driver, queue) = TestDriver.Start();
        using var board = driver;
        driver.Controller.StallQueue(1);
        var (kept, aborted) = (driver.Command(NvmOpcode.Flush), driver.Command(NvmOpcode.Flush));
        queue.Put(kept);
        queue.Put(aborted);
        queue.RingTail();

        var abort = Abort(driver, 1, aborted.CommandId);

        Assert.AreEqual(0u, abort.Result, "aborted");
        var ended = queue.TakeAll().Single();
        Assert.AreEqual(aborted.CommandId, ended.CommandId);
        TestDriver.FailsWith(NvmeStatusCode.AbortRequested, ended);
        Assert.IsFalse(ended.Status.DoNotRetry);
        driver.Controller.ResumeQueue(1);
        Assert.AreEqual(kept.CommandId, queue.TakeAll().Single().CommandId);
    }

    [TestMethod]
    public void Abort_OfACommandNotYetFetched_FetchesAndAbortsIt()
    {
        var (driver, queue) = TestDriver.Start();
        using var board = driver;
        driver.Board.Timeline.KeepsWork = true;
        var command = driver.Command(NvmOpcode.Flush);
        queue.Put(command);
        queue.RingTail();
        driver.Board.Timeline.KeepsWork = false;
        Assert.AreEqual(0u, Abort(driver, 1, command.CommandId).Result);
        TestDriver.FailsWith(NvmeStatusCode.AbortRequested, queue.TakeAll().Single());
        driver.Board.Timeline.RunAll();
        Assert.IsEmpty(queue.TakeAll());
    }

    [TestMethod]
    [DataRow(1u, (ushort)999)]
    [DataRow(9u, (ushort)0)]
    public void Abort_OfNothing_SaysNotAborted(uint queueId, ushort commandId)
    {
        var (driver, _) = TestDriver.Start();
        using var board = driver;
        Assert.AreEqual(1u, Abort(driver, queueId, commandId).Result);
    }

    [TestMethod]
    public void Abort_WithoutRoomForTheCompletion_SaysNotAborted()
    {
        using var driver = new TestDriver();
        driver.Enable();
        var queue = driver.CreateQueue(1, 16, 2);
        var commands = new[] { driver.Command(NvmOpcode.Flush), driver.Command(NvmOpcode.Flush) };
        queue.Put(commands[0]);
        queue.Put(commands[1]);
        queue.RingTail();
        Assert.AreEqual(1u, Abort(driver, 1, commands[1].CommandId).Result);
        Assert.HasCount(1, queue.TakeAll());
        Assert.HasCount(1, queue.TakeAll());
    }

    [TestMethod]
    public void EventRequest_StaysOpen_AndTakesNoPlaceInTheRing()
    {
        using var driver = new TestDriver();
        driver.Enable();
        Request(driver, 100);
        Assert.IsEmpty(driver.Admin.TakeAll());
        for (var i = 0; i < 20; i++)
            TestDriver.Succeeds(driver.RunAdmin(AdminOpcode.GetFeatures, 1));
    }

    [TestMethod]
    public void EventRequests_PastTheLimit_Fail()
    {
        using var driver = new TestDriver();
        driver.Enable();
        for (ushort id = 100; id < 104; id++)
            Request(driver, id);
        Request(driver, 104);
        TestDriver.FailsWith(NvmeStatusCode.AsynchronousEventLimitExceeded, driver.Admin.TakeAll().Single());
    }

    [TestMethod]
    public void Abort_OfAnEventRequest_CompletesIt()
    {
        using var driver = new TestDriver();
        driver.Enable();
        Request(driver, 100);
        Request(driver, 101);
        driver.Admin.Put(new NvmeCommand { Opcode = (byte)AdminOpcode.Abort, CommandId = 7, Dword10 = 100 << 16 });
        driver.Admin.RingTail();
        var completions = driver.Admin.TakeAll();
        Assert.HasCount(2, completions);
        Assert.AreEqual(100, completions[0].CommandId);
        TestDriver.FailsWith(NvmeStatusCode.AbortRequested, completions[0]);
        Assert.AreEqual(0u, completions[1].Result);
        driver.Admin.RingTail(99);
        Assert.AreEqual(101, driver.Admin.TakeAll().Single().CommandId, "the other request is still open");
    }

    [TestMethod]
    [DataRow(16u, DisplayName = "past the end")]
    [DataRow(0xffffu, DisplayName = "far past the end")]
    [DataRow(0u, DisplayName = "the value of before")]
    public void BadTail_IsAnEvent_AndMovesNothing(uint tail)
    {
        var (driver, queue) = TestDriver.Start();
        using var board = driver;
        Request(driver, 100);
        queue.RingTail(tail);
        var completion = driver.Admin.TakeAll().Single();
        Assert.AreEqual(100, completion.CommandId);
        TestDriver.Succeeds(completion);
        Assert.AreEqual(InvalidValueEvent, completion.Result);
        TestDriver.Succeeds(queue.Run(driver.Command(NvmOpcode.Flush)));
    }

    [TestMethod]
    [DataRow(2u, DisplayName = "past the entries there are")]
    [DataRow(0u, DisplayName = "the value of before")]
    [DataRow(16u, DisplayName = "past the end")]
    public void BadHead_IsAnEvent_AndMovesNothing(uint head)
    {
        var (driver, queue) = TestDriver.Start();
        using var board = driver;
        Request(driver, 100);
        queue.Put(driver.Command(NvmOpcode.Flush));
        queue.RingTail();
        queue.RingHead(head);
        Assert.AreEqual(InvalidValueEvent, driver.Admin.TakeAll().Single().Result);
        Assert.HasCount(1, queue.TakeAll());
    }

    [TestMethod]
    public void DoorbellOfNoQueue_IsAnEvent_AndAnEntryOfTheErrorLog()
    {
        using var driver = new TestDriver();
        driver.Enable();
        Request(driver, 100);
        driver.Board.Write32(0x1000 + (2 * 5 * 4), 1);
        Assert.AreEqual(InvalidRegisterEvent, driver.Admin.TakeAll().Single().Result);
        var page = driver.Board.Allocate(4096);
        TestDriver.Succeeds(driver.RunAdmin(AdminOpcode.GetLogPage, 1 | (15 << 16), prp1: page));
        var entry = driver.Board.ReadMemory<ErrorLogEntry>(page);
        Assert.AreEqual(0xffff, entry.SubmissionQueueId);
        Assert.AreEqual(0xffff, entry.CommandId);
    }

    [TestMethod]
    public void EventBeforeARequest_Waits_AndASecondWaitsForTheLogPage()
    {
        using var driver = new TestDriver();
        driver.Enable();
        driver.Board.Write32(0x1000 + (2 * 5 * 4), 1);
        driver.Admin.RingTail(99);
        Assert.IsEmpty(driver.Admin.TakeAll());
        Request(driver, 100);
        Assert.AreEqual(InvalidRegisterEvent, driver.Admin.TakeAll().Single().Result);
        Request(driver, 101);
        Assert.IsEmpty(driver.Admin.TakeAll(), "masked until the error log is read");

        var page = driver.Board.Allocate(4096);
        TestDriver.Succeeds(driver.RunAdmin(AdminOpcode.GetLogPage, 1 | (1 << 15) | (15 << 16), prp1: page));
        Assert.IsEmpty(driver.Admin.TakeAll(), "RAE keeps the mask");
        driver.Admin.Put(new NvmeCommand { Opcode = 2, CommandId = 50, Dword10 = 1 | (15 << 16), Prp1 = new(page) });
        driver.Admin.RingTail();
        var completions = driver.Admin.TakeAll();
        Assert.AreEqual(50, completions[0].CommandId);
        Assert.AreEqual(101, completions[1].CommandId);
        Assert.AreEqual(InvalidValueEvent, completions[1].Result);
    }

    private static void Request(TestDriver driver, ushort commandId)
    {
        driver.Admin.Put(new NvmeCommand { Opcode = (byte)AdminOpcode.AsynchronousEventRequest, CommandId = commandId });
        driver.Admin.RingTail();
    }

    private static NvmeCompletion Abort(TestDriver driver, uint queueId, ushort commandId)
    {
        var completion = driver.RunAdmin(AdminOpcode.Abort, queueId | ((uint)commandId << 16));
        TestDriver.Succeeds(completion);
        return completion;
    }
}
