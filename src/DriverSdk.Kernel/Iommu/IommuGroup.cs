using DriverSdk.Contract.Addressing;

namespace DriverSdk.Kernel.Iommu;

/// <summary>Devices that cannot be isolated from each other, and so are always in one domain. Linux: <c>struct iommu_group</c>.</summary>
/// <remarks>Callers hold the IOMMU core's lock. Source: facts/linux.md 5.2, 5.3.</remarks>
/// <param name="id">Its number.</param>
/// <param name="key">What its devices have in common.</param>
/// <param name="blocked">The domain that refuses everything.</param>
internal sealed class IommuGroup(int id, Bdf key, IommuDomain blocked)
{
    private readonly List<IommuMember> _members = [];

    /// <summary>Its number, in the order in which groups were found.</summary>
    public int Id => id;

    /// <summary>What its devices have in common, see <see cref="PciPlace.GroupKey"/>.</summary>
    public Bdf Key => key;

    /// <summary>Its devices.</summary>
    public IReadOnlyList<IommuMember> Members => _members;

    /// <summary>What drivers' DMA calls use; null until the first device has it.</summary>
    public IommuDomain? DefaultDomain { get; set; }

    /// <summary>What all its devices are in now.</summary>
    public IommuDomain? Domain { get; private set; }

    /// <summary>How often the group is claimed: by drivers, or by one user.</summary>
    public int OwnerCount { get; private set; }

    /// <summary>The user who has claimed it, or null.</summary>
    public object? User { get; private set; }

    /// <summary>Whether firmware goes on using one of its devices.</summary>
    public bool RequiresDirect => _members.Any(member => member.RequiresDirect);

    /// <summary>Takes a device in, and puts it where the others are.</summary>
    public Errno Add(IommuMember member)
    {
        var error = Domain is { } domain ? Install(member, domain) : Errno.Success;
        if (!error.IsError)
            _members.Add(member);
        return error;
    }

    /// <summary>Lets a device go: its requests are refused from now on, unless they arrive under the id of one that stays.</summary>
    public void Remove(IommuMember member)
    {
        _members.Remove(member);
        foreach (var requester in member.Requesters)
        {
            if (!_members.Any(other => other.Unit == member.Unit && other.Requesters.Contains(requester)))
                member.Unit.Block(requester);
        }

        member.Installed?.RemoveUnit(member.Unit);
        member.Installed = null;
    }

    /// <summary>Puts every device into a domain; on an error all are where they were. Linux: <c>__iommu_group_set_domain()</c>.</summary>
    public Errno SetDomain(IommuDomain domain)
    {
        // Firmware's own transfers would be refused, and nobody could tell what becomes of the machine then.
        if (domain.Type == DomainType.Blocked && RequiresDirect)
            return Errno.Invalid;
        for (var index = 0; index < _members.Count; index++)
        {
            var error = Install(_members[index], domain);
            if (!error.IsError)
                continue;
            for (var done = 0; done < index; done++)
                Install(_members[done], Domain ?? blocked);
            return error;
        }

        Domain = domain;
        return Errno.Success;
    }

    /// <summary>A driver takes one of the devices. Linux: <c>iommu_device_use_default_domain()</c>.</summary>
    /// <returns>EBUSY while a user has the group or it is in a domain of somebody's own.</returns>
    public Errno UseDefaultDomain()
    {
        if (User is not null || (OwnerCount != 0 && Domain != DefaultDomain))
            return Errno.Busy;
        if (Domain != DefaultDomain)
        {
            if (Domain != blocked)
                return Errno.Busy;
            var error = SetDomain(DefaultDomain!);
            if (error.IsError)
                return error;
        }

        OwnerCount++;
        return Errno.Success;
    }

    /// <summary>A driver lets a device go; after the last one nobody maps anything any more, and everything is refused.</summary>
    public void UnuseDefaultDomain()
    {
        OwnerCount--;
        if (OwnerCount == 0 && !RequiresDirect)
            SetDomain(blocked);
    }

    /// <summary>A user takes the group, to attach domains of its own; until then everything is refused. Linux: <c>iommu_device_claim_dma_owner()</c>.</summary>
    /// <returns>EPERM while drivers or another user have it, EINVAL where firmware uses a device.</returns>
    public Errno ClaimByUser(object user)
    {
        if (OwnerCount != 0 && User != user)
            return Errno.NotPermitted;
        if (OwnerCount == 0)
        {
            var error = SetDomain(blocked);
            if (error.IsError)
                return error;
            User = user;
        }

        OwnerCount++;
        return Errno.Success;
    }

    /// <summary>The user lets the group go; its last claim gives the default domain back. Linux: <c>iommu_device_release_dma_owner()</c>.</summary>
    public void ReleaseByUser()
    {
        OwnerCount--;
        if (OwnerCount != 0)
            return;
        User = null;
        SetDomain(DefaultDomain!);
    }

    /// <summary>Puts the group into a domain of somebody's own. Linux: <c>iommu_attach_group()</c>.</summary>
    /// <returns>EBUSY when it is in such a domain already, EINVAL when a unit of its devices cannot walk the domain's tables.</returns>
    public Errno Attach(IommuDomain domain) => Domain == DefaultDomain || Domain == blocked ? SetDomain(domain) : Errno.Busy;

    /// <summary>Ends <see cref="Attach"/>: refused while a user has the group, the default domain otherwise.</summary>
    public void Detach() => SetDomain(User is null ? DefaultDomain! : blocked);

    /// <summary>Refuses a device's requests for a while. Linux: <c>pci_dev_reset_iommu_prepare()</c>.</summary>
    public static void Hold(IommuMember member)
    {
        member.IsHeld = true;
        foreach (var requester in member.Requesters)
            member.Unit.Block(requester);
    }

    /// <summary>Ends <see cref="Hold"/>: whatever domain the group is in now.</summary>
    public Errno Unhold(IommuMember member)
    {
        member.IsHeld = false;
        return Domain is { } domain ? WriteEntries(member, domain) : Errno.Success;
    }

    private static Errno Install(IommuMember member, IommuDomain domain)
    {
        var before = member.Installed;
        if (before == domain)
            return Errno.Success;
        var error = domain.AddUnit(member.Unit);
        if (error.IsError)
            return error;
        error = member.IsHeld ? Errno.Success : WriteEntries(member, domain);
        if (error.IsError)
        {
            if (before is not null)
                WriteEntries(member, before);
            domain.RemoveUnit(member.Unit);
            return error;
        }

        member.Installed = domain;
        before?.RemoveUnit(member.Unit);
        return Errno.Success;
    }

    private static Errno WriteEntries(IommuMember member, IommuDomain domain)
    {
        foreach (var requester in member.Requesters)
        {
            var error = member.Unit.Attach(requester, domain);
            if (error.IsError)
                return error;
        }

        return Errno.Success;
    }
}
