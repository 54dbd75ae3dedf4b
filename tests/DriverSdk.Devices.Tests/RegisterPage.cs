using System.Globalization;

namespace DriverSdk.Devices.Tests;

/// <summary>The register table of a device's README.md: rows of offset, name, width in bits and access.</summary>
/// <param name="Offset">Offset in BAR 0, in bytes.</param>
/// <param name="Name">Name.</param>
/// <param name="WidthBits">Width.</param>
/// <param name="Access">RO, RW or WO.</param>
internal sealed record RegisterPage(ulong Offset, string Name, int WidthBits, string Access)
{
    public static IReadOnlyList<RegisterPage> Read(string device)
    {
        var rows = new List<RegisterPage>();
        foreach (var line in File.ReadLines(Path.Combine(Root(), "src", "DriverSdk.Devices", device, "README.md")))
        {
            var cells = line.Split('|', StringSplitOptions.TrimEntries);
            if (cells.Length > 5 && ulong.TryParse(cells[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var offset))
                rows.Add(new RegisterPage(offset, cells[2], int.Parse(cells[3], CultureInfo.InvariantCulture), cells[4]));
        }

        return rows;
    }

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "DriverSdk.sln")))
            folder = Path.GetDirectoryName(folder);
        return folder ?? throw new DirectoryNotFoundException($"No folder above {AppContext.BaseDirectory} holds DriverSdk.sln; run the tests from a clone.");
    }
}
