namespace DriverSdk.Cli.Protocol;

/// <summary>What concerns the machine as a whole.</summary>
internal static class MachineCommands
{
    public static void Endianness(Door door, scoped in Words words) => door.Answers.OkText("little");

    public static void LoadModule(Door door, scoped in Words words) => door.Answers.Fail("There are no modules to load; choose devices with --device.");
}
