using DriverSdk.Kernel;
using DriverSdk.Kernel.Locking;
using DriverSdk.Kernel.Pci;

namespace BugsAndReports.Bugs;

/// <summary>DRV4001: a static key is switched while a spinlock is held, in a helper that does not look as if it slept.</summary>
internal sealed class StaticKeyUnderSpinlock : FillDriver
{
    private readonly Spinlock _lock = new("fill.users");
    private readonly StaticKey _inUse = new("fill.in_use");
    private int _userCount;

    protected override Errno Misbehave(PciDevice device, MmioRegion registers)
    {
        using (_lock.HoldIrqSave())
        {
            if (_userCount++ == 0)
                NoteFirstUser();
        }

        return Errno.Success;
    }

    private void NoteFirstUser() => _inUse.Enable();
}
