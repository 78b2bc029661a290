// The class that marks of objects and boxes are of.

const byId = (id) => document.getElementById(id);
const kPicks = 9;  // One for each digit.

export const chosenClass = () => byId('class').value.trim();

export function chooseClass(name) {
  byId('class').value = name;
  for (const pick of byId('picks').children) pick.ariaPressed = pick.textContent === name;
}

// Chooses the photo's class of that number, from 1 on.
export const pickClass = (number) => byId('picks').children[number - 1]?.click();

// All classes that may be chosen; none: there is nothing to choose.
export function offerClasses(names) {
  byId('class-picker').hidden = !names.length;
  byId('classes').replaceChildren(...names.map((name) => new Option(name)));
  byId('class').oninput = () => chooseClass(byId('class').value);
}

// Those of the photo are a click away. Where its own are the only ones that may be meant, one is
// chosen that it has.
export function offerOwnClasses(names, { areAll }) {
  byId('picks').replaceChildren(...(names.length > 1 ? names.slice(0, kPicks) : []).map((name, i) => {
    const pick = document.createElement('button');
    pick.type = 'button';
    pick.textContent = name;
    pick.title = `mark ${name} (${i + 1})`;
    pick.onclick = (event) => {
      chooseClass(name);
      if (event.detail) byId('view').focus({ focusVisible: false });
    };
    return pick;
  }));
  const isMeant = !areAll || names.includes(chosenClass());
  chooseClass(isMeant ? chosenClass() : names.length === 1 ? names[0] : '');
}
