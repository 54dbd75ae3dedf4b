using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Pci;
using DriverSdk.Hardware.Dma;
using DriverSdk.Hardware.Pci;

namespace DriverSdk.Tests.Scenarios;

/// <summary>A device whose write stays under way, with the translation in its hands, for as long as the test says.</summary>
internal sealed class SlowDevice() : PciEndpoint(new PciIdentity(0x1de5, 0x0003, PciClassCode.Unassigned))
{
    /// <summary>Begins a write on a thread of its own; returns when it is under way, or refused.</summary>
    /// <param name="start">Where it writes one byte.</param>
    /// <param name="hold">Runs in the middle of the transfer; what it returns is handed on.</param>
    public Task<(DmaStatus Status, bool WasOver)> BeginWrite(Iova start, Func<bool> hold)
    {
        var underWay = new TaskCompletionSource();
        var transfer = Task.Factory.StartNew(
            () =>
            {
                var state = (Hold: hold, UnderWay: underWay, WasOver: false);
                var status = Dma.Transfer(start, 1, IommuAccess.Write, ref state, static (scoped memory, _, ref state) =>
                {
                    state.UnderWay.SetResult();
                    state.WasOver = state.Hold();
                    memory[0] = 0x5a;
                });
                underWay.TrySetResult();
                return (status, state.WasOver);
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        underWay.Task.Wait();
        return transfer;
    }

    protected override void Reset()
    {
    }
}
