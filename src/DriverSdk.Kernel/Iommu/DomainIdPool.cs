using DriverSdk.Contract.Addressing;

namespace DriverSdk.Kernel.Iommu;

/// <summary>The unit's domain ids; id 0 stays unused, since a unit with CAP.CM tags not-present entries with it.</summary>
internal sealed class DomainIdPool(int count)
{
    private readonly Lock _sync = new();
    private readonly Stack<ushort> _returned = new();
    private int _next = 1;

    public bool TryTake(out DomainId id)
    {
        lock (_sync)
        {
            var found = _returned.TryPop(out var value);
            if (!found && _next < count)
            {
                value = (ushort)_next++;
                found = true;
            }

            id = new DomainId(value);
            return found;
        }
    }

    public void Return(DomainId id)
    {
        lock (_sync)
            _returned.Push(id.Value);
    }
}
