using DriverSdk.Contract.Acpi;
using DriverSdk.Kernel.Acpi;

namespace DriverSdk.Kernel.Iommu;

/// <summary>Says which functions firmware means. Linux: <c>dmar_match_pci_path()</c>.</summary>
internal static class DmarScopes
{
    /// <summary>How near to a function a scope names it: 0 not at all, otherwise the number of functions from bus 0 to the one that is named.</summary>
    public static int DepthOf(DmarScope scope, PciPlace place)
    {
        var way = place.Path;
        var start = 0;
        while (start < way.Count && way[start].Location.Bus != scope.StartBus)
            start++;
        var depth = start + scope.Path.Count;
        if (depth > way.Count)
            return 0;
        for (var step = 0; step < scope.Path.Count; step++)
        {
            var location = way[start + step].Location;
            if (scope.Path[step] != (location.Device, location.Function))
                return 0;
        }

        return IsOfType(scope.Type, way[depth - 1]) && (scope.Type == DmarScopeType.Bridge || depth == way.Count) ? depth : 0;
    }

    /// <summary>How near to a function any of some scopes names it.</summary>
    public static int DepthOf(IReadOnlyList<DmarScope> scopes, PciPlace place) => scopes.Count == 0 ? 0 : scopes.Max(scope => DepthOf(scope, place));

    /// <summary>Writes down every scope that names a function which the machine does not have.</summary>
    public static void ReportMissing(DmarTable table, IReadOnlyList<PciPlace> places, FirmwareProblems problems)
    {
        foreach (var unit in table.Units)
            ReportMissing($"The DMAR gives the unit at {unit.Registers}", unit.Scopes, places, problems);
        foreach (var reservation in table.Reservations)
            ReportMissing($"The DMAR reserves {reservation.Range} for", reservation.Scopes, places, problems);
    }

    private static void ReportMissing(string what, IReadOnlyList<DmarScope> scopes, IReadOnlyList<PciPlace> places, FirmwareProblems problems)
    {
        foreach (var scope in scopes)
        {
            if (scope.Type is DmarScopeType.Endpoint or DmarScopeType.Bridge && !places.Any(place => DepthOf(scope, place) == place.Path.Count))
                problems.Add($"{what} {scope}, but there is no such function; the scope is ignored.");
        }
    }

    private static bool IsOfType(DmarScopeType type, PciPlace place) => type switch
    {
        DmarScopeType.Endpoint => place.Kind == PciPortKind.Endpoint,
        DmarScopeType.Bridge => place.Kind != PciPortKind.Endpoint,
        _ => false,
    };
}
