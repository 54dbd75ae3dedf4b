using System.Diagnostics.CodeAnalysis;
using DriverSdk.Contract.Addressing;

namespace DriverSdk.Kernel.Iommu;

/// <content>Domains, and who may attach them. Source: facts/linux.md 5.1 to 5.3.</content>
internal sealed partial class IommuCore
{
    /// <summary>Makes an empty domain that devices of all these can be put into, as far as their units have something in common.</summary>
    /// <param name="sources">The devices, at least one.</param>
    /// <param name="domain">The domain; end it with <see cref="Destroy"/>.</param>
    /// <returns>ENODEV for a device without a unit, EINVAL when no depth of tables suits all units, ENOMEM without a page.</returns>
    public Errno CreateDomain(IReadOnlyList<Bdf> sources, out IommuDomain? domain)
    {
        domain = null;
        UnitFeatures? common = null;
        lock (_sync)
        {
            foreach (var source in sources)
            {
                if (_attachments.GetValueOrDefault(source)?.Member is not { } member)
                    return Errno.NoDevice;
                common = common?.Intersect(member.Unit.Features) ?? member.Unit.Features;
            }
        }

        if (common is not { Levels: not 0 } features)
            return Errno.Invalid;
        return TryCreateDomain(DomainType.Unmanaged, features, out domain) ? Errno.Success : Errno.NoMemory;
    }

    /// <summary>Ends a domain that no device is in.</summary>
    /// <exception cref="InvalidOperationException">A device is in it.</exception>
    public void Destroy(IommuDomain domain)
    {
        lock (_sync)
        {
            if (domain.IsInUse)
                throw new InvalidOperationException("A domain was ended while devices are in it, which would go on walking its tables; detach their groups first.");
            domain.FreeTables();
        }
    }

    /// <summary>Puts one device into a domain. Linux: <c>iommu_attach_device()</c>.</summary>
    /// <returns>EINVAL when it shares its group, which would follow it unasked; otherwise as <see cref="AttachGroup"/>.</returns>
    public Errno AttachDevice(Bdf source, IommuDomain domain) => WithGroup(source, group => group.Members.Count == 1 ? group.Attach(domain) : Errno.Invalid);

    /// <summary>Puts a device's group into a domain. Linux: <c>iommu_attach_group()</c>.</summary>
    /// <returns>EBUSY when it is in somebody's domain already, EINVAL when a unit cannot walk the domain's tables, ENOSPC without a domain id.</returns>
    public Errno AttachGroup(Bdf source, IommuDomain domain) => WithGroup(source, group => group.Attach(domain));

    /// <summary>Takes a device's group out of somebody's domain. Linux: <c>iommu_detach_group()</c>.</summary>
    public Errno DetachGroup(Bdf source) => WithGroup(source, group =>
    {
        group.Detach();
        return Errno.Success;
    });

    /// <summary>A driver is about to be bound to a device. Linux: <c>iommu_device_use_default_domain()</c>.</summary>
    /// <returns>EBUSY while a user has its group.</returns>
    public Errno UseDefaultDomain(Bdf source) => GroupOf(source) is null ? Errno.Success : WithGroup(source, group => group.UseDefaultDomain());

    /// <summary>A driver has left a device; with the last one of a group everything is refused until the next comes.</summary>
    public void UnuseDefaultDomain(Bdf source)
    {
        lock (_sync)
            _attachments.GetValueOrDefault(source)?.Group?.UnuseDefaultDomain();
    }

    /// <summary>A user claims a device's group. Linux: <c>iommu_device_claim_dma_owner()</c>.</summary>
    /// <returns>EPERM while a driver or another user has it, EINVAL where firmware goes on using a device.</returns>
    public Errno ClaimByUser(Bdf source, object user) => WithGroup(source, group => group.ClaimByUser(user));

    /// <summary>Ends one claim of <see cref="ClaimByUser"/>.</summary>
    public void ReleaseByUser(Bdf source) => WithGroup(source, group =>
    {
        group.ReleaseByUser();
        return Errno.Success;
    });

    /// <summary>Changes what a group's drivers get. Linux: the group's <c>type</c> file.</summary>
    /// <returns>EBUSY while a driver or user has the group, EINVAL when a unit cannot, ENOMEM or ENOSPC when something has run out.</returns>
    public Errno SetDefaultDomain(Bdf source, DefaultDomain kind)
    {
        lock (_sync)
        {
            if (_attachments.GetValueOrDefault(source)?.Group is not { } group)
                return kind == DefaultDomain.Identity ? Errno.Success : Errno.NoDevice;
            if (group.OwnerCount != 0)
                return Errno.Busy;
            if (!TryMakeDefault(kind, group.Members[0], out var domain))
                return Errno.NoMemory;
            var error = group.Members.Select(member => MapDirect(domain, member)).FirstOrDefault(result => result.IsError);
            if (!error.IsError)
                error = group.SetDomain(domain);
            if (error.IsError)
            {
                EndDefault(domain);
                return error;
            }

            EndDefault(group.DefaultDomain!);
            group.DefaultDomain = domain;
            foreach (var attachment in _attachments.Values.Where(other => other.Group == group).ToArray())
                GiveDma(attachment);
            return Errno.Success;
        }
    }

    /// <summary>Refuses every request of a device until <see cref="Unblock"/>, whatever domain its group is in: it is being reset.</summary>
    public void Block(Bdf source)
    {
        lock (_sync)
        {
            if (_attachments.GetValueOrDefault(source)?.Member is { } member)
                IommuGroup.Hold(member);
        }
    }

    /// <summary>Ends <see cref="Block"/>: the group's domain again.</summary>
    public Errno Unblock(Bdf source)
    {
        lock (_sync)
            return _attachments.GetValueOrDefault(source) is { Group: { } group, Member: { } member } ? group.Unhold(member) : Errno.Success;
    }

    private static AddressRange<Iova> AsIova(AddressRange<PhysAddr> window) => new(new Iova(window.Start.Value), window.LengthBytes);

    // Pages that are mapped already belong to another device of the group.
    private static Errno MapDirect(IommuDomain domain, IommuMember member)
    {
        if (domain.Type == DomainType.Identity)
            return Errno.Success;
        foreach (var region in member.Reserved)
        {
            domain.Iovas.Reserve(region.Range);
            for (var offset = 0UL; region.Type == ReservedRegionType.Direct && offset < region.Range.LengthBytes; offset += PageSize.CpuBytes)
            {
                var page = region.Range.Start + offset;
                if (domain.TryTranslate(page, out _))
                    continue;
                var error = domain.Map(page, new PhysAddr(page.Value), PageSize.CpuBytes, IommuAccess.ReadWrite);
                if (error.IsError)
                    return error;
            }
        }

        return Errno.Success;
    }

    private Errno WithGroup(Bdf source, Func<IommuGroup, Errno> action)
    {
        lock (_sync)
            return _attachments.GetValueOrDefault(source)?.Group is { } group ? action(group) : Errno.NoDevice;
    }

    private Errno Found(IommuMember member, out IommuGroup? group)
    {
        group = null;
        if (!TryMakeDefault(DemandOf(member), member, out var domain))
            return Errno.NoMemory;
        var found = new IommuGroup(_groupCount, member.Place.GroupKey, _blocked) { DefaultDomain = domain };
        var error = Join(found, member);
        if (!error.IsError)
            error = found.SetDomain(domain);
        if (error.IsError)
        {
            found.Remove(member);
            EndDefault(domain);
            return error;
        }

        _groupCount++;
        _groups.Add(found);
        group = found;
        return Errno.Success;
    }

    private static Errno Join(IommuGroup group, IommuMember member)
    {
        var error = MapDirect(group.DefaultDomain!, member);
        return error.IsError ? error : group.Add(member);
    }

    private DefaultDomain DemandOf(IommuMember member)
    {
        var kind = _options.DeviceDomains.TryGetValue(member.Place.Location, out var demanded) ? demanded : _options.DefaultDomain;
        if (kind == DefaultDomain.Dma || member.Unit.Features.PassesThrough)
            return kind;
        Problems.Add($"Device '{member.Device.Name}' was to use physical addresses, but the unit at {member.Unit.Registers} passes nothing through (ECAP.PT = 0); it gets a domain of its own.");
        return DefaultDomain.Dma;
    }

    private bool TryMakeDefault(DefaultDomain kind, IommuMember member, [NotNullWhen(true)] out IommuDomain? domain)
    {
        domain = _identity;
        if (kind == DefaultDomain.Identity)
            return true;
        if (!TryCreateDomain(DomainType.Dma, member.Unit.Features, out domain))
            return false;
        // A request to a device's window could be claimed by a bridge on its way up. Source: facts/linux.md 4.3.
        domain.Iovas.Reserve(AsIova(_boot.Mmio32Window));
        domain.Iovas.Reserve(AsIova(_boot.Mmio64Window));
        return true;
    }

    // Pass-through is one domain for all groups, which outlives each of them.
    private void EndDefault(IommuDomain domain)
    {
        if (domain != _identity)
            Destroy(domain);
    }

    private bool TryCreateDomain(DomainType type, in UnitFeatures features, [NotNullWhen(true)] out IommuDomain? domain)
    {
        domain = null;
        var caches = features.IsCoherent ? null : _caches;
        ITablePages pages = caches is null ? _pages : new WrittenBackTablePages(_pages, caches);
        if (!pages.TryAllocate(out var root))
            return false;
        domain = new IommuDomain(type, features, _memory.Ram, pages, root, _boot.CpuCount, caches);
        return true;
    }
}
