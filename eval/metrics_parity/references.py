"""What other packages, or the papers' definitions in NumPy, say of one prediction.

Truths are label arrays: 0 background, 255 void, anything else object.
"""

import warnings

import numpy as np
import py_sod_metrics as sod
from pycocotools import mask as coco
from scipy import ndimage
from sklearn.metrics import confusion_matrix

warnings.filterwarnings("ignore")
VOID = 255


# ---- Object masks


def mask_measures(mask, truth):
    """`mask` is boolean. Counts by scikit-learn, contours by definition."""
    scored = truth != VOID
    tn, fp, fn, tp = confusion_matrix(
        ((truth != 0) & scored)[scored], mask[scored], labels=[False, True]
    ).ravel()
    both_empty = tp + fp + fn == 0

    def ratio(numerator, denominator):
        # Where nothing is to be found and nothing was, gradcut (as DAVIS and COCO) says 1.
        return 1.0 if both_empty else (numerator / denominator if denominator else 0.0)

    return {
        "iou": ratio(tp, tp + fp + fn),
        "dice": ratio(2 * tp, 2 * tp + fp + fn),
        "precision": ratio(tp, tp + fp),
        "recall": ratio(tp, tp + fn),
        "accuracy": (tp + tn) / (tp + tn + fp + fn),
        "boundary_iou": boundary_iou(mask & scored, (truth != 0) & scored),
        "boundary_f": davis_f(mask & scored, (truth != 0) & scored),
    }


def sod_mask_measures(mask, truth):
    """pysodmetrics on binary masks (no void); only where not both are empty."""
    kinds = {
        "iou": sod.IOUHandler,
        "dice": sod.DICEHandler,
        "precision": sod.PrecisionHandler,
        "recall": sod.RecallHandler,
        "accuracy": sod.OverallAccuracyHandler,
    }
    measures = sod.FmeasureV2(
        {name: kind(with_dynamic=False, with_adaptive=False, with_binary=True)
         for name, kind in kinds.items()})
    measures.step(mask.astype(np.float64), truth != 0, normalize=False)
    return {name: float(value["binary"]) for name, value in measures.get_results().items()}


def coco_iou(mask, truth):
    """pycocotools on run lengths (no void)."""
    encoded = [coco.encode(np.asfortranarray(side.astype(np.uint8))) for side in (mask, truth != 0)]
    return float(coco.iou(encoded[:1], encoded[1:], [0])[0, 0])


def boundary_band(mask, ratio=0.02):
    """Cheng et al. 2021: the mask less the mask eroded as often as the band is wide."""
    width = max(1, int(round(ratio * np.hypot(*mask.shape))))
    eroded = ndimage.binary_erosion(mask, np.ones((3, 3)), iterations=width, border_value=0)
    return mask & ~eroded


def boundary_iou(mask, truth):
    a, b = boundary_band(mask), boundary_band(truth)
    union = (a | b).sum()
    return (a & b).sum() / union if union else 1.0


def contour(mask):
    """DAVIS's seg2bmap: pixels that differ from the right, lower or lower right neighbour."""
    padded = np.pad(mask, ((0, 1), (0, 1)), mode="edge")
    here = padded[:-1, :-1]
    return (here != padded[:-1, 1:]) | (here != padded[1:, :-1]) | (here != padded[1:, 1:])


def davis_f(mask, truth, ratio=0.008):
    """Perazzi et al. 2016, by dilation with a disk."""
    a, b = contour(mask), contour(truth)
    if not a.any() or not b.any():
        return 1.0 if a.any() == b.any() else 0.0
    radius = int(np.ceil(ratio * np.linalg.norm(mask.shape)))
    y, x = np.ogrid[-radius:radius + 1, -radius:radius + 1]
    disk = x * x + y * y <= radius * radius
    precision = (a & ndimage.binary_dilation(b, disk)).sum() / a.sum()
    recall = (b & ndimage.binary_dilation(a, disk)).sum() / b.sum()
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


# ---- Class labels, counted over a data set


class ClassReference:
    def __init__(self, classes):
        self.classes = classes
        self.matrix = np.zeros((classes, classes), np.int64)
        self.labelled = self.right = 0
        self.boundary = np.zeros((classes, 2), np.int64)

    def add(self, predicted, truth):
        scored = truth != VOID
        sure = np.where(predicted == VOID, 0, predicted)
        self.matrix += confusion_matrix(truth[scored], sure[scored], labels=range(self.classes))
        labelled = scored & (predicted != VOID)
        self.labelled += labelled.sum()
        self.right += (labelled & (predicted == truth)).sum()
        for c in range(self.classes):
            a, b = (boundary_band((side == c) & scored) for side in (sure, truth))
            self.boundary[c] += (a & b).sum(), (a | b).sum()

    def totals(self):
        m = self.matrix
        both, truth, predicted = np.diag(m), m.sum(1), m.sum(0)
        iou = both / (truth + predicted - both)
        boundary = self.boundary[:, 0] / self.boundary[:, 1]
        return {
            "miou": np.nanmean(iou),
            "mean_accuracy": np.nanmean(both / truth),
            "frequency_weighted_iou": np.nansum(iou * truth) / m.sum(),
            "pixel_accuracy": both.sum() / m.sum(),
            "coverage": self.labelled / m.sum(),
            "labelled_accuracy": self.right / self.labelled,
            "boundary_miou": np.nanmean(boundary),
        }


# ---- Heat maps


def stretch(heat, scored):
    """What pysodmetrics does to 8-bit maps before measuring."""
    heat = heat / 255 if heat.dtype == np.uint8 else heat.astype(np.float64)
    low, high = heat[scored].min(), heat[scored].max()
    return (heat - low) / (high - low) if high > low else heat


class HeatReference:
    """pysodmetrics: `structure` = with the measures that look at neighbours (no void then)."""

    def __init__(self, structure):
        self.f = sod.FmeasureV2({
            "f": sod.FmeasureHandler(with_dynamic=True, with_adaptive=True, beta=0.3),
            "iou": sod.IOUHandler(with_dynamic=True, with_adaptive=False)})
        self.mae, self.e = sod.MAE(), sod.Emeasure()
        self.s, self.weighted = (sod.Smeasure(), sod.WeightedFmeasure()) if structure else (None,) * 2

    def add(self, heat, truth):
        scored = truth != VOID
        heat = stretch(heat, scored)
        if self.s:
            pixels = heat, truth != 0
        else:  # These measures do not care where pixels are.
            pixels = heat[scored][None], (truth[scored] != 0)[None]
        for measure in filter(None, (self.f, self.mae, self.e, self.s, self.weighted)):
            measure.step(*pixels, normalize=False)

    def columns(self):
        """One value an image."""
        handlers = self.f._metric_handlers
        columns = {
            "mae": self.mae.maes,
            "adaptive_f": handlers["f"].adaptive_results,
            "adaptive_e": self.e.adaptive_ems,
            "best_iou": [curve.max() for curve in handlers["iou"].dynamic_results],
        }
        if self.s:
            columns |= {"s": self.s.sms, "weighted_f": self.weighted.weighted_fms}
        return columns

    def totals(self):
        f, e = self.f.get_results(), self.e.get_results()["em"]["curve"]
        iou = f["iou"]["dynamic"]
        return {
            "max_f": f["f"]["dynamic"].max(),
            "mean_f": f["f"]["dynamic"].mean(),
            "max_e": e.max(),
            "mean_e": e.mean(),
            "best_threshold_iou": iou.max(),
        }


class LocalizationReference:
    """Choe et al. 2020 by definition; boxes from components, thresholds k / 255."""

    def __init__(self):
        self.true, self.false = np.zeros(1001, np.int64), np.zeros(1001, np.int64)
        self.found = []

    def add(self, heat, truth, boxes=True):
        scored, is_object = truth != VOID, (truth != 0) & (truth != VOID)
        heat = np.where(scored, stretch(heat, scored), 0)
        edges = np.append(np.arange(1001) * 0.001, 2)
        edges[1000] = 1
        self.true += np.histogram(heat[is_object], edges)[0]
        self.false += np.histogram(heat[scored & ~is_object], edges)[0]
        if boxes and is_object.any():
            self.found.append(self.best_overlaps((heat * 255).astype(np.uint8), scored, is_object))

    @staticmethod
    def boxes(mask):
        labels, _ = ndimage.label(mask, np.ones((3, 3)))
        return np.array([[y.start, x.start, y.stop, x.stop] for y, x in ndimage.find_objects(labels)])

    @classmethod
    def best_overlaps(cls, levels, scored, is_object):
        truth, best = cls.boxes(is_object), np.zeros(256)
        for k in np.unique(levels):
            a, b = cls.boxes((levels >= k) & scored)[:, None], truth[None]
            sides = (np.minimum(a, b)[..., 2:] - np.maximum(a, b)[..., :2]).clip(0)
            both = sides.prod(-1)
            areas = [(box[..., 2:] - box[..., :2]).prod(-1) for box in (a, b)]
            best[k] = (both / (areas[0] + areas[1] - both)).max()
        used = np.searchsorted(np.unique(levels), np.arange(256))  # k acts as the next used level.
        known = np.append(best[np.unique(levels)], 0)
        return known[used]

    def totals(self):
        true, false = self.true[::-1].cumsum(), self.false[::-1].cumsum()
        called = true + false
        precision = np.divide(true, called, where=called > 0, out=np.zeros(1001))
        recall = true / true[-1]
        totals = {"pxap": (precision * np.diff(recall, prepend=0)).sum()}
        if self.found:
            found = np.array(self.found)
            totals["max_box_acc_v2"] = np.mean(
                [(found >= overlap).mean(0).max() for overlap in (0.3, 0.5, 0.7)])
        return totals


def pointing_game(heat, truth, tolerance=15):
    scored, is_object = truth != VOID, (truth != 0) & (truth != VOID)
    if not is_object.any():
        return np.nan
    heat = stretch(heat, scored)
    maxima = scored & (heat == heat[scored].max())
    return (ndimage.distance_transform_edt(~is_object)[maxima] <= tolerance).mean()


def energy_on_object(heat, truth):
    scored, is_object = truth != VOID, (truth != 0) & (truth != VOID)
    heat = heat.astype(np.float64)
    if not is_object.any() or heat[scored].sum() == 0:
        return np.nan
    return heat[is_object].sum() / heat[scored].sum()
