using DriverSdk.Contract.Addressing;
using DriverSdk.Qtest.Iommu;
using DriverSdk.Qtest.Machines;
using DriverSdk.Qtest.Pci;

namespace DriverSdk.Qtest.Tests.Suite;

/// <summary>A machine with two edu devices, a unit and empty tables, and the words that scenarios are written in.</summary>
internal sealed partial class Scenario : IDisposable
{
    /// <summary>The domain of the first device, unless a scenario says otherwise.</summary>
    public static readonly DomainId Domain = new(1);

    /// <summary>The domain of the second device, unless a scenario says otherwise.</summary>
    public static readonly DomainId OtherDomain = new(2);

    /// <summary>An address that every mapped scenario uses, not in the first entry of any level.</summary>
    public static readonly Iova Somewhere = new(0x12_4568_9000);

    private static readonly PhysAddr TableRegion = new(0x0100_0000);
    private static readonly PhysAddr PatternPage = new(0x0300_0000);
    private static readonly PhysAddr EduRegisters = new(0xfea0_0000);
    private static readonly PhysAddr ConfigWindow = new(0xb000_0000);

    private readonly bool _canBeUsedAgain;

    private Scenario(MachineKind kind, QtestMachine machine, bool canBeUsedAgain)
    {
        _canBeUsedAgain = canBeUsedAgain;
        Kind = kind;
        Machine = machine;
        Config = new PciConfig(machine.Client);
        Config.UseWindow(ConfigWindow);
        Edu = new EduDevice(machine, new PciFunction(Config, TestMachines.EduFunction), EduRegisters);
        OtherEdu = new EduDevice(machine, new PciFunction(Config, TestMachines.OtherEduFunction), EduRegisters + EduDevice.BarBytes);
        Unit = new RegisterFile(machine, RegisterFile.UsualPlace);
        Faults = new FaultLog(Unit);
        Tables = new IommuTables(machine.Client, new AddressRange<PhysAddr>(TableRegion, 16UL << 20));
    }

    public MachineKind Kind { get; }

    public QtestMachine Machine { get; }

    public QtestClient Client => Machine.Client;

    public PciConfig Config { get; }

    public EduDevice Edu { get; }

    public EduDevice OtherEdu { get; }

    public RegisterFile Unit { get; }

    public FaultLog Faults { get; }

    public IommuTables Tables { get; }

    /// <summary>A machine with the usual unit: 48 bits, interrupt remapping, no caching mode. It may have been used before.</summary>
    public static Scenario On(MachineKind kind)
    {
        TestMachines.NeedQemu(kind);
        return MachinePool.TryRent(kind) is { } machine ? new Scenario(kind, machine, canBeUsedAgain: true) : Start(kind, new QtestIommuOptions(), canBeUsedAgain: true);
    }

    /// <summary>A machine with the usual unit, just switched on.</summary>
    public static Scenario OnNew(MachineKind kind) => On(kind, new QtestIommuOptions());

    /// <summary>A machine with a unit of its own, just switched on.</summary>
    public static Scenario On(MachineKind kind, QtestIommuOptions iommu)
    {
        TestMachines.NeedQemu(kind);
        return Start(kind, iommu, canBeUsedAgain: false);
    }

    /// <summary>The first device alone behind a new table of so many levels, with translation on.</summary>
    public IommuPageTable Translate(int levels = 4)
    {
        var table = NewTable(levels);
        Tables.Attach(Edu.Function.Address, Domain, table);
        StartTranslation();
        return table;
    }

    /// <summary>Both devices, each in its own domain behind its own table, with translation on.</summary>
    public (IommuPageTable First, IommuPageTable Second) TranslateBoth(int levels = 4)
    {
        var second = NewTable(levels);
        Tables.Attach(OtherEdu.Function.Address, OtherDomain, second);
        return (Translate(levels), second);
    }

    /// <summary>A table that maps nothing but the page through which <see cref="Reads(EduDevice, Iova, int)"/> shows what a device has read.</summary>
    public IommuPageTable NewTable(int levels)
    {
        var table = Tables.CreatePageTable(levels);
        table.Map(ShowIova, ShowPage, IommuAccess.ReadWrite);
        return table;
    }

    /// <summary>Gives the unit the root table, forgets everything cached, and switches translation on.</summary>
    public void StartTranslation()
    {
        Unit.SetRootTable(Tables.Root);
        Unit.InvalidateEverything();
        Unit.EnableTranslation();
    }

    /// <summary>A queue of one page, switched on.</summary>
    public InvalidationQueue StartQueue(int sizeOrder = 0)
    {
        var queue = new InvalidationQueue(Unit, Tables.AllocatePages(1 << sizeOrder), sizeOrder, Tables.AllocatePage());
        queue.Enable();
        return queue;
    }

    /// <summary>A page of RAM for a device to reach.</summary>
    /// <param name="index">0 to 4095.</param>
    public static PhysAddr Frame(int index) => new(0x0400_0000UL + ((ulong)index * PageSize.CpuBytes));

    public void Dispose()
    {
        if (_canBeUsedAgain)
            MachinePool.Return(Kind, Machine, Unit, Faults);
        else
            Machine.Dispose();
    }

    private static Scenario Start(MachineKind kind, QtestIommuOptions iommu, bool canBeUsedAgain)
    {
        var machine = TestMachines.Start(kind, iommu);
        try
        {
            var scenario = new Scenario(kind, machine, canBeUsedAgain);
            scenario.LoadPattern();
            return scenario;
        }
        catch
        {
            machine.Dispose();
            throw;
        }
    }

    // The buffer of an edu can only be filled by DMA, so that happens before translation is on.
    private void LoadPattern()
    {
        Client.WriteBytes(PatternPage, Pattern);
        foreach (var device in (EduDevice[])[Edu, OtherEdu])
            device.ReadMemory(new Iova(PatternPage.Value), 0, EduDevice.LargestTransferBytes);
    }
}
