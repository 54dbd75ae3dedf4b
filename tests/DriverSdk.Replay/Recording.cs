namespace DriverSdk.Replay;

/// <summary>A recorded run: the machine it ran on, every step, and what it left behind.</summary>
internal sealed class Recording
{
    public required ulong RamBytes { get; init; }

    public required int CpuCount { get; init; }

    public List<ReplayEvent> Events { get; init; } = [];

    /// <summary>SHA-256 of all RAM at the end.</summary>
    public string RamHash { get; set; } = "";

    /// <summary>The remapping unit's registers and statistics at the end, as text.</summary>
    public string UnitState { get; set; } = "";

    public static Recording Load(string path)
    {
        using var reader = new BinaryReader(File.OpenRead(path));
        var recording = new Recording { RamBytes = reader.ReadUInt64(), CpuCount = reader.ReadInt32() };
        for (var left = reader.ReadInt32(); left > 0; left--)
            recording.Events.Add(ReplayEvent.Read(reader));
        recording.RamHash = reader.ReadString();
        recording.UnitState = reader.ReadString();
        return recording;
    }

    public void Save(string path)
    {
        using var writer = new BinaryWriter(File.Create(path));
        writer.Write(RamBytes);
        writer.Write(CpuCount);
        writer.Write(Events.Count);
        foreach (var step in Events)
            step.Write(writer);
        writer.Write(RamHash);
        writer.Write(UnitState);
    }
}
