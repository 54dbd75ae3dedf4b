using DriverSdk.Devices.Nvme;
using DriverSdk.Devices.Nvme.Formats;
using DriverSdk.Kernel;
using DriverSdk.Kernel.Scheduling;
using NvmeDisk.Driver;
using NvmeStatus = NvmeDisk.Driver.NvmeStatus;

namespace DriverSdk.Samples.Tests.Disk;

/// <summary>What the sample's driver does when all goes well and when it does not; virtual time, the order of everything chosen by a seed.</summary>
[TestClass]
public sealed class DriverScenarios
{
    private const int Aborted = (int)NvmeStatusCode.AbortRequested;

    [TestMethod]
    public void WholeDisk_IsReadRight_InEveryOrder()
    {
        for (var seed = 1; seed <= 20; seed++)
        {
            using var disk = new DiskMachine(seed, driver: new NvmeDriverOptions { IoQueueCount = 2 });
            disk.Run(disk.AssertDiskReadsRight);
            Assert.AreEqual(0L, disk.Machine.Statistics.FaultCount, $"seed {seed}");
        }
    }

    [TestMethod]
    public void WholeDisk_IsReadRight_WhenTheDeviceActsAtOnce()
    {
        using var disk = new DiskMachine(seed: 1, progress: ProgressPolicy.Immediate);
        disk.Run(disk.AssertDiskReadsRight);
    }

    [TestMethod]
    public void OneInterruptVector_ServesAdminAndIoQueue()
    {
        using var disk = new DiskMachine(seed: 1, new NvmeControllerOptions { InterruptVectors = 1 });
        disk.Run(disk.AssertDiskReadsRight);
    }

    [TestMethod]
    public void FewerQueuesGrantedThanAsked_AreEnough()
    {
        using var disk = new DiskMachine(seed: 1, new NvmeControllerOptions { IoQueuePairs = 1 }, new NvmeDriverOptions { IoQueueCount = 4 });
        disk.Run(() =>
        {
            Assert.AreEqual(1, disk.Host.IoQueueCount);
            disk.AssertDiskReadsRight();
        });
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(3)]
    public void CommandThatTakesTooLong_IsAborted_AndTheDiskGoesOn(int seed)
    {
        using var disk = new DiskMachine(seed);
        disk.Run(() =>
        {
            disk.Model.StallQueue(1);
            var requests = disk.SendReads(1);
            requests[0].Done.Wait();
            Assert.AreEqual(Aborted, requests[0].Status.Value & 0x7ff, requests[0].Status.ToString());
            Assert.AreEqual(1, disk.Host.Recovery.AbortCount);
            Assert.AreEqual(0, disk.Host.Recovery.ResetCount);
            Assert.IsLessThan(3 * DiskMachine.Timeout, disk.Kernel.Clock.Now);
            disk.Free(requests);
            disk.Model.ResumeQueue(1);
            disk.AssertDiskReadsRight();
        });
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(3)]
    public void AbortThatFails_ResetsTheController_AndCommandsAreSentAgain(int seed)
    {
        using var disk = new DiskMachine(seed);
        disk.Run(() =>
        {
            disk.Model.StallQueue(1);
            disk.Model.StallQueue(0);
            var requests = disk.SendReads(5);
            foreach (var request in requests)
                request.Done.Wait();
            disk.AssertReadRight(requests);
            Assert.AreEqual(1, disk.Host.Recovery.ResetCount);
            Assert.AreEqual(ControllerState.Live, disk.Host.State);
            disk.Free(requests);
            disk.AssertDiskReadsRight();
        });
        Assert.AreEqual(0L, disk.Machine.Statistics.FaultCount);
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(3)]
    public void CommandsOfAnotherTask_WaitForAResetToEnd(int seed)
    {
        using var disk = new DiskMachine(seed);
        disk.Run(() =>
        {
            disk.Model.StallQueue(1);
            disk.Model.StallQueue(0);
            var stuck = disk.SendReads(1);
            // One time-out until the abort, one more until it is given up.
            disk.Kernel.Clock.Sleep(1.99 * DiskMachine.Timeout);
            while (disk.Host.State != ControllerState.Resetting)
                disk.Kernel.Clock.Sleep(TimeSpan.FromMicroseconds(100));
            disk.AssertDiskReadsRight();
            stuck[0].Done.Wait();
            disk.AssertReadRight(stuck);
            disk.Free(stuck);
        });
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(3)]
    public void FatalStatus_ResetsTheController_AndCommandsAreSentAgain(int seed)
    {
        using var disk = new DiskMachine(seed);
        disk.Run(() =>
        {
            // The controller cannot fetch from its queue, which is fatal to it.
            disk.Kernel.Iommu.Block(disk.Device.Location);
            var requests = disk.SendReads(3);
            while (!disk.Host.HasFailed)
                disk.Kernel.Clock.Sleep(TimeSpan.FromMilliseconds(1));
            Assert.AreEqual(Errno.Success, disk.Kernel.Iommu.Unblock(disk.Device.Location));
            foreach (var request in requests)
                request.Done.Wait();
            disk.AssertReadRight(requests);
            Assert.AreEqual(1, disk.Host.Recovery.ResetCount);
            Assert.AreEqual(0, disk.Host.Recovery.AbortCount, "a controller that has failed answers no abort");
            disk.Free(requests);
            disk.AssertDiskReadsRight();
        });
    }

    [TestMethod]
    public void ControllerThatCannotComeBack_IsGivenUpOnce()
    {
        using var disk = new DiskMachine(seed: 1);
        disk.Run(() =>
        {
            disk.Kernel.Iommu.Block(disk.Device.Location);
            var requests = disk.SendReads(3);
            foreach (var request in requests)
                request.Done.Wait();
            Assert.IsTrue(requests.All(request => request.Status == NvmeStatus.HostCancelled));
            disk.Kernel.Clock.Sleep(5 * DiskMachine.Timeout);
            Assert.AreEqual(ControllerState.Dead, disk.Host.State);
            Assert.AreEqual(1, disk.Host.Recovery.ResetCount);
            Assert.AreEqual(Errno.NoDevice, disk.Host.Submit(requests[0]));
            disk.Free(requests);
        });
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(3)]
    public void RemoveWithCommandsInFlight_CancelsThem(int seed)
    {
        using var disk = new DiskMachine(seed);
        disk.Run(() =>
        {
            disk.Model.StallQueue(1);
            var host = disk.Host;
            var requests = disk.SendReads(8);
            disk.Remove();
            foreach (var request in requests)
            {
                Assert.IsTrue(request.Done.IsDone);
                Assert.AreEqual(NvmeStatus.HostCancelled, request.Status);
            }

            Assert.AreEqual(Errno.NoDevice, host.Submit(requests[0]));
            Assert.IsLessThan(DiskMachine.Timeout, disk.Kernel.Clock.Now, "nobody waits for commands that are to be cancelled");
            disk.Free(requests);
        });
        Assert.AreEqual(0L, disk.Machine.Statistics.FaultCount);
        Assert.AreEqual(0L, disk.Model.Statistics.Outstanding);
    }

    [TestMethod]
    public void RemoveWhileTheDeviceMovesData_EndsEveryCommandOneWayOrTheOther()
    {
        for (var seed = 1; seed <= 20; seed++)
        {
            using var disk = new DiskMachine(seed);
            disk.Run(() =>
            {
                var requests = disk.SendReads(8);
                disk.Remove();
                Assert.IsTrue(requests.All(request => request.Done.IsDone));
                Assert.IsTrue(requests.All(request => request.Status == NvmeStatus.HostCancelled || request.Status.IsSuccess));
                disk.Free(requests);
            });
            Assert.AreEqual(0L, disk.Machine.Statistics.FaultCount, $"seed {seed}");
        }
    }

    [TestMethod]
    public void ControllerGoneFromTheBus_EndsItsCommandsWithoutWaitingForIt()
    {
        using var disk = new DiskMachine(seed: 1);
        disk.Run(() =>
        {
            disk.Model.StallQueue(1);
            var requests = disk.SendReads(4);
            // Without its memory space the function answers nothing: every register reads as ones.
            disk.Device.WriteConfig32(4, 0);
            foreach (var request in requests)
                request.Done.Wait();
            Assert.IsTrue(requests.All(request => request.Status == NvmeStatus.HostCancelled));
            Assert.AreEqual(ControllerState.Dead, disk.Host.State);
            Assert.IsLessThan(2 * DiskMachine.Timeout, disk.Kernel.Clock.Now);
            disk.Kernel.Clock.Sleep(5 * DiskMachine.Timeout);
            Assert.AreEqual(1, disk.Host.Recovery.ResetCount, "its registers go on looking like a failure, and there is nothing to reset");
            disk.Free(requests);
        });
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(3)]
    public void ProbeThatFails_LeavesNothing_AndMayBeTriedAgain(int seed)
    {
        using var disk = new DiskMachine(seed);
        disk.Machine.Run(kernel =>
        {
            kernel.Iommu.Block(disk.Device.Location);
            Assert.IsTrue(disk.Probe().IsError);
            Assert.IsNull(disk.Device.DriverData);
            Assert.AreEqual(0, disk.Device.IrqVectorCount);
            disk.AssertNothingIsLeft();
            disk.Remove();
            Assert.AreEqual(Errno.Success, kernel.Iommu.Unblock(disk.Device.Location));
        });
        disk.Run(disk.AssertDiskReadsRight);
    }

    [TestMethod]
    public void ProbeWithoutEnoughMemoryForQueues_Fails_AndLeavesNothing()
    {
        using var disk = new DiskMachine(seed: 1, driver: new NvmeDriverOptions { IoQueueCount = 1, IoQueueDepthEntries = 1024 + 1 });
        disk.Machine.Run(kernel =>
        {
            // The controller's own limit of 1024 entries makes list memory of 4 MiB: without blocks of that size there is none.
            var taken = new List<Kernel.Memory.KernelPages>();
            for (; ; )
            {
                var pages = kernel.Memory.AllocPages(10, Kernel.Memory.Gfp.Kernel);
                if (pages.IsNull)
                    break;
                taken.Add(pages);
            }

            Assert.AreEqual(Errno.NoMemory, disk.Probe());
            disk.AssertNothingIsLeft();
            disk.Remove();
            foreach (var pages in taken)
                kernel.Memory.FreePages(pages);
        });
        disk.Run(disk.AssertDiskReadsRight);
    }
}
